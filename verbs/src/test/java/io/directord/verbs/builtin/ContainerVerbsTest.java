package io.directord.verbs.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.Component;
import io.directord.common.component.JobException;
import io.directord.common.component.PlanException;
import io.directord.verbs.Components;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** POD and CONTAINER_IMAGE as far as they need no podman. */
class ContainerVerbsTest {
  private static final String SOCKET = "'socket_path':'/var/run/podman/podman.sock'";

  private final FakeNode node = new FakeNode();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "POD | --start p | {'pod_action':'start','kwargs':{'name':'p'},SOCKET}",
        "POD | --rm p --force | {'pod_action':'rm','kwargs':{'name':'p','force':true},SOCKET}",
        "POD | --kill p | {'pod_action':'kill','kwargs':{'name':'p','signal':'SIGKILL'},SOCKET}",
        "POD | --play /f --no-tlsverify"
            + " | {'pod_action':'play','kwargs':{'pod_file':'/f','tlsverify':false},SOCKET}",
        "POD | --exec-run c --command ls -l '--all' --env A=1,B=2"
            + " | {'pod_action':'exec_run','kwargs':{'name':'c','privileged':false,"
            + "'command':['ls','-l','--all'],'env':['A=1','B=2']},SOCKET}",
        "CONTAINER_IMAGE | --pull a b --no-tlsverify"
            + " | {'images':['a','b'],SOCKET,'tlsverify':false,'action':'pull'}",
        "CONTAINER_IMAGE | --socket-path /var/run/podman/podman.sock --list"
            + " | {'images':[],SOCKET,'tlsverify':true,'action':'list'}",
      })
  void theJobsKeysAreTheOriginals(String verb, String text, String json) throws Exception {
    assertEquals(
        json.replace("SOCKET", SOCKET).replace('\'', '"'),
        FakeNode.plan(component(verb), text, null).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POD | --force | POD needs exactly one of --start",
        "POD | --start a --stop b | POD needs exactly one of --start",
        "POD | --start a --force | POD: --force goes with --rm only",
        "POD | --exec-run c | POD: --exec-run needs --command",
        "POD | --stop c --command x | POD: --command goes with --exec-run only",
        "POD | --exec-run c --env A --command x | POD: --env: KEY=VALUE is expected, not 'A'",
        "POD | --exec-rum c | POD: unknown option --exec-rum (did you mean --exec-run?)",
        "POD | --start a b | POD: 'b' is unexpected",
        "POD | --play a.yaml | POD: --play: an absolute path on the node is expected, not 'a.yaml'",
        "POD | --start a --socket-path s | POD: --socket-path: an absolute path on the node",
        "CONTAINER_IMAGE | --list --socket-path s | CONTAINER_IMAGE: --socket-path: an absolute",
        "CONTAINER_IMAGE | a | CONTAINER_IMAGE needs exactly one of --pull",
        "CONTAINER_IMAGE | --list a | CONTAINER_IMAGE: --list takes no image",
        "CONTAINER_IMAGE | --tag a | CONTAINER_IMAGE: --tag needs two images",
        "CONTAINER_IMAGE | --push | CONTAINER_IMAGE: --push needs an image",
      })
  void anErrorNamesTheVerbAndTheOption(String verb, String text, String message) {
    PlanException e =
        assertThrows(PlanException.class, () -> FakeNode.plan(component(verb), text, null));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void nobodyAtTheSocketIsAFailureThatSaysWhatToDo() {
    JobException e =
        assertThrows(
            JobException.class,
            () -> node.run(component("POD"), "--start p --socket-path /no/such", null));
    assertTrue(e.getMessage().startsWith("podman cannot be reached at /no/such: "));
    assertTrue(e.getMessage().contains("podman.socket"), e.getMessage());
  }

  @Test
  void theOutputOfACommandIsTakenApart() throws Exception {
    byte[] bytes = frames("out\n", "err\n", "x".repeat(200_000), "");
    ExecOutput.copy(new ByteArrayInputStream(bytes), node);
    assertEquals("out\n" + "x".repeat(200_000), node.stdout.toString());
    assertEquals("err\n", node.stderr.toString());
  }

  @Test
  void aCharacterMayLieAcrossFrames() throws Exception {
    byte[] text = "é".getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte part : new byte[] {text[0], text[1], text[0]}) {
      bytes.write(new byte[] {1, 0, 0, 0, 0, 0, 0, 1, part});
    }
    ExecOutput.copy(new ByteArrayInputStream(bytes.toByteArray()), node);
    assertEquals("é\ufffd", node.stdout.toString());
  }

  @Test
  void outputThatEndsInTheMiddleIsAnError() throws Exception {
    byte[] bytes = frames("out\n");
    var cut = new ByteArrayInputStream(bytes, 0, bytes.length - 4);
    assertThrows(EOFException.class, () -> ExecOutput.copy(cut, node));
  }

  /** Standard output and standard error in turn. */
  private static byte[] frames(String... texts) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < texts.length; i++) {
      byte[] text = texts[i].getBytes(StandardCharsets.UTF_8);
      out.write(ByteBuffer.allocate(8).put((byte) (1 + i % 2)).putInt(4, text.length).array());
      out.write(text);
    }
    return out.toByteArray();
  }

  private static Component<?> component(String verb) throws PlanException {
    return Components.builtin().find(verb);
  }
}
