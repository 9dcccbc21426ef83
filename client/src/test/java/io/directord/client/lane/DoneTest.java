package io.directord.client.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.TestVerbs;
import io.directord.client.TestVerbs.JobMaker;
import io.directord.common.component.ReadableNode.Ownership;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.wire.Delivery;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.StringNode;

/** What counts as done, so that it is skipped the next time. */
class DoneTest extends LanesFixture {
  private static final Ownership PRIVATE = new Ownership(null, null, 0640);
  private Path target;
  private boolean blueprint;

  @BeforeEach
  void verbs() {
    target = directory.resolve("target");
    verbs.put("SHELL", TestVerbs.SHELL);
    verbs.put(
        "PLACE",
        TestVerbs.verb(
            "PLACE",
            null,
            true,
            (text, node) -> {
              content = (delivery, chunks, sink) -> sink.accept(bytes(text));
              node.deliver(delivery(text), target, PRIVATE, blueprint);
              return new Outcome.Succeeded("placed");
            }));
    verbs.put(
        "OWN",
        TestVerbs.verb(
            "OWN",
            null,
            true,
            (text, node) -> {
              node.makeDirectory(target, PRIVATE);
              return new Outcome.Succeeded("owned");
            }));
  }

  @Test
  void aCommandIsRunAgainWhenWhatItsTemplateNamesHasChanged() throws Exception {
    arg("rel", "one");
    assertRuns("SHELL", "echo {{ rel }}");
    assertSkipped("SHELL", "echo {{ rel }}");
    arg("other", "x");
    assertSkipped("SHELL", "echo {{ rel }}");
    arg("rel", "two");
    assertEquals("two\n", assertRuns("SHELL", "echo {{ rel }}"));
    assertSkipped("SHELL", "echo {{ rel }}");
    arg("rel", "one");
    assertEquals("one\n", assertRuns("SHELL", "echo {{ rel }}"));
    restart();
    assertSkipped("SHELL", "echo {{ rel }}");
  }

  @Test
  void factsOfTheNodeStayTheSame() throws Exception {
    assertEquals("node-1\n", assertRuns("SHELL", "echo {{ node }}"));
    assertSkipped("SHELL", "echo {{ node }}");
    assertRuns("SHELL", "echo {{ fact.kernel }} {{ fact.addresses | length }}");
    restart();
    assertSkipped("SHELL", "echo {{ fact.kernel }} {{ fact.addresses | length }}");
  }

  @Test
  void aNameThatDidNotExistCountsToo() throws Exception {
    String command = "echo {% if rel is defined %}{{ rel }}{% endif %}";
    assertRuns("SHELL", command);
    assertSkipped("SHELL", command);
    arg("rel", "one");
    assertEquals("one\n", assertRuns("SHELL", command));
  }

  @Test
  void aCommandIsRunAgainWhenAVariableThatItNamesHasChanged() throws Exception {
    assertRuns("SHELL", "echo \"$rel\"");
    cache.putEnv("rel", "one");
    assertEquals("one\n", assertRuns("SHELL", "echo \"$rel\""));
    assertSkipped("SHELL", "echo \"$rel\"");
    cache.putEnv("e", "in many words, but not named");
    assertSkipped("SHELL", "echo \"$rel\"");
    assertEquals("one\n", assertRuns("SHELL", "printenv rel"));
    cache.putEnv("rel", "two");
    assertEquals("two\n", assertRuns("SHELL", "printenv rel"));
  }

  @Test
  void aBlueprintIsRenderedAgainWhenWhatItNamesHasChanged() throws Exception {
    blueprint = true;
    arg("rel", "one");
    assertRuns("PLACE", "release {{ rel }}");
    assertSkipped("PLACE", "release {{ rel }}");
    arg("rel", "two");
    assertRuns("PLACE", "release {{ rel }}");
    assertEquals("release two", Files.readString(target));
  }

  @Test
  void aFileThatWasChangedIsPutRightAgain() throws Exception {
    assertRuns("PLACE", "content");
    assertSkipped("PLACE", "content");
    Files.writeString(target, "by hand");
    assertRuns("PLACE", "content");
    assertEquals("content", Files.readString(target));
    Files.delete(target);
    assertRuns("PLACE", "content");
    assertEquals("content", Files.readString(target));
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertRuns("PLACE", "content");
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(target)));
    assertSkipped("PLACE", "content");
    assertRuns("PLACE", "another");
    assertRuns("PLACE", "content");
    assertEquals("content", Files.readString(target));
  }

  @Test
  void aDirectoryThatIsGoneIsMadeAgain() throws Exception {
    assertRuns("OWN", "");
    assertSkipped("OWN", "");
    Files.delete(target);
    assertRuns("OWN", "");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertRuns("OWN", "");
    assertSkipped("OWN", "");
  }

  @Test
  void anArgumentThatAnotherJobHasSetIsSetAgain() throws Exception {
    Job first = new JobMaker("SHELL", "echo 1").cached().stdoutArg("v").make();
    Job second = new JobMaker("SHELL", "echo 2").cached().stdoutArg("v").make();
    Job again = new JobMaker("SHELL", "echo 1").cached().stdoutArg("v").make();
    Job third = new JobMaker("SHELL", "echo 1").cached().stdoutArg("v").make();
    run(List.of(first, second, again, third));
    awaitEnd(List.of(first, second, again, third));
    assertEquals("1", cache.args().get("v").stringValue());
    assertEquals("1\n", results.get(again.id()).stdout());
    assertTrue(results.get(third.id()).outcome() instanceof Outcome.Skipped);
  }

  @Test
  void whatFailedSinceIsNotDone() throws Exception {
    Path flag = directory.resolve("flag");
    String command = "test {{ rel }} = one && echo done >> " + flag;
    arg("rel", "one");
    assertRuns("SHELL", command);
    arg("rel", "two");
    run("SHELL", command);
    arg("rel", "one");
    assertRuns("SHELL", command);
    assertEquals(2, Files.readAllLines(flag).size());
  }

  private void arg(String name, String value) throws Exception {
    cache.putArg(name, StringNode.valueOf(value), false);
  }

  private String assertRuns(String verb, String text) throws Exception {
    Job job = run(verb, text);
    assertTrue(
        results.get(job.id()).outcome() instanceof Outcome.Succeeded,
        () -> results.get(job.id()).outcome().toString());
    return results.get(job.id()).stdout();
  }

  private void assertSkipped(String verb, String text) throws Exception {
    Job job = run(verb, text);
    assertTrue(
        results.get(job.id()).outcome() instanceof Outcome.Skipped,
        () -> results.get(job.id()).outcome().toString());
  }

  private Job run(String verb, String text) throws Exception {
    Job job = new JobMaker(verb, text).cached().make();
    run(List.of(job));
    awaitEnd(List.of(job));
    return job;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Delivery delivery(String text) throws Exception {
    byte[] content = bytes(text);
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    return new Delivery(
        UUID.randomUUID(), sha256, content.length, 1 << 18, new byte[32], new byte[32]);
  }
}
