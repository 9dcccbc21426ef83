package io.directord.common.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class UrlPasswordsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://me:secret@host/x | http://me:***@host/x",
        "http://me:se:cr@et@host:80 | http://me:***@host:80",
        "http://:secret@host | http://:***@host",
        "HTTPS://token@host/x | HTTPS://***@host/x",
        "nats://token@a:4222,tls://me:secret@b:4222 | nats://***@a:4222,tls://me:***@b:4222",
        "ssh://git@host/x | ssh://git@host/x",
        "docker://me:secret@registry/image | docker://me:***@registry/image",
        "curl http://a:b@h http://c:d@h/ x@y | curl http://a:***@h http://c:***@h/ x@y",
        "http://{{ a:b / c }}:se{{ cr }}et@host/x | http://{{ a:b / c }}:***@host/x",
        "http://me:{{secret@host | http://me:***@host",
        "http://host:80/me@there | http://host:80/me@there",
        "http://host:80 me:you@there | http://host:80 me:you@there",
        "://://a:b@c | ://://a:***@c",
        "me:secret@host | me:secret@host"
      })
  void aPasswordBeforeAHostIsNotShown(String text, String shown) {
    assertEquals(shown, UrlPasswords.hidden(text));
  }

  @Test
  void allTextsOfAJobAreLookedAt() {
    ObjectNode job =
        (ObjectNode)
            Json.mapper()
                .readTree("{\"n\":1,\"envs\":{\"p\":\"http://a:b@c\"},\"l\":[\"http://a:b@c\"]}");
    assertEquals(
        "{\"n\":1,\"envs\":{\"p\":\"http://a:***@c\"},\"l\":[\"http://a:***@c\"]}",
        UrlPasswords.hidden(job).toString());
  }

  @Test
  void longTextsTakeNoTime() {
    String text = "http://{{".repeat(200_000);
    assertEquals(text, UrlPasswords.hidden(text));
  }
}
