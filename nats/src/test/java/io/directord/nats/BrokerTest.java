package io.directord.nats;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(240);

  private final List<String> troubles = new CopyOnWriteArrayList<>();

  @Test
  void aConnectionThatWasNeverThereIsNotSaidToBeLost() {
    int port = FreePorts.next();
    String url = "nats://127.0.0.1:" + port;
    try (Broker broker = open(url, url)) {
      await().atMost(TIMEOUT).until(() -> troubles.size() >= 3);
      try (BrokerProcess process = BrokerProcess.start(port)) {
        await("connected to " + process.url()).atMost(TIMEOUT).until(broker::isUp);
        assertEquals(Set.of("the broker at " + url + " cannot be reached"), Set.copyOf(troubles));
      }
      await().atMost(TIMEOUT).until(() -> !broker.isUp());
      assertTrue(
          troubles.contains("the connection to the broker at " + url + " is lost; trying on"),
          troubles::toString);
    }
  }

  @Test
  void aWrongPasswordIsOneTroubleHoweverOftenItIsTried() {
    try (BrokerProcess process = BrokerProcess.start("--user", "ada", "--pass", "right")) {
      String shown = process.url();
      try (Broker broker = open(shown.replace("//", "//ada:wrong@"), shown)) {
        await().atMost(TIMEOUT).until(() -> troubles.size() >= 3);
        assertFalse(broker.isUp());
        assertEquals(
            Set.of("the broker at " + shown + " refuses this side's user, password or credentials"),
            Set.copyOf(troubles));
      }
    }
  }

  /** The option has no word on the command line. */
  @Test
  void aBrokerThatDoesNotTakeAllMessagesIsNamedAsLongAsItIsSo(@TempDir Path directory)
      throws Exception {
    Path config = Files.writeString(directory.resolve("small.conf"), "max_payload: 65536\n");
    try (BrokerProcess process = BrokerProcess.start("-c", config.toString());
        Broker broker = open(process.url(), process.url())) {
      await().atMost(TIMEOUT).until(broker::isUp);
      String limit =
          "the broker takes no messages of more than 65536 bytes, which content may have: raise its"
              + " max_payload to 1MB";
      assertEquals(limit, broker.limit());
      await().atMost(TIMEOUT).until(() -> troubles.contains(limit));
    }
    try (BrokerProcess process = BrokerProcess.start();
        Broker broker = open(process.url(), process.url())) {
      await().atMost(TIMEOUT).until(broker::isUp);
      assertNull(broker.limit());
    }
  }

  private Broker open(String url, String shown) {
    return new Broker(
        new Broker.Config(List.of(url), shown, null, "test", 1 << 20),
        new Broker.Events() {
          @Override
          public void up() {}

          @Override
          public void trouble(String why) {
            troubles.add(why);
          }

          @Override
          public void flushed() {}
        });
  }
}
