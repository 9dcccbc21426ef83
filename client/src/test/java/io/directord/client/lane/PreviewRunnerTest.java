package io.directord.client.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.TestVerbs;
import io.directord.common.component.JobException;
import io.directord.common.component.Preview;
import io.directord.common.component.PreviewContext;
import io.directord.common.job.DryRun;
import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.job.Parent;
import io.directord.common.wire.ServerMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.StringNode;

/** Jobs of dry runs on a node, which run nothing and leave nothing behind. */
class PreviewRunnerTest extends LanesFixture {
  private final AtomicInteger ran = new AtomicInteger();
  private final UUID run = UUID.randomUUID();
  private final Parent parent = TestVerbs.parent(false);

  @BeforeEach
  void verbs() {
    verb("ASKED", (text, node) -> Preview.unknown("would run " + node.render(text)));
    verb("SET", (text, node) -> node.putArg(text, StringNode.valueOf("new"), false));
    verb("USE", (text, node) -> Preview.changed(node.render(text)));
    verb(
        "NEVER",
        (text, node) -> {
          throw new JobException(text);
        });
    verb("LONG", (text, node) -> new Preview(Preview.Effect.CHANGED, "", "é\n".repeat(60_000)));
  }

  private interface Body {
    Preview preview(String text, PreviewContext node) throws JobException;
  }

  private void verb(String name, Body body) {
    verbs.put(
        name,
        TestVerbs.previewing(
            TestVerbs.verb(
                name,
                "lock",
                true,
                (text, node) -> {
                  ran.incrementAndGet();
                  return new Outcome.Succeeded(text);
                }),
            body::preview));
  }

  @Test
  void nothingIsWrittenAndNothingIsRun() throws Exception {
    Map<String, String> before = files();
    NodeResult result = preview(job("ASKED", "true"));
    assertEquals("unknown: would run true", result.outcome().info());
    assertNull(result.details().changed());
    preview(job("SET", "a"));
    preview(job("NEVER", "it is so"));
    preview(job("OMITTED", ""));
    journal.durable(List.copyOf(results.keySet()));
    assertEquals(before, files());
    assertEquals(0, ran.get());
    assertEquals(Map.of(), cache.args());
    assertEquals(List.of(), journal.unconfirmed());
  }

  @Test
  void aResultIsKeptUntilItIsConfirmedAndThenAskedForAgain() throws Exception {
    Job job = job("ASKED", "true");
    assertTrue(journal.preview(job));
    assertFalse(journal.preview(job));
    lanes.add(List.of(new ServerMessage.Run(job, List.of())));
    awaitEnd(List.of(job));
    assertEquals(List.of(job.id()), journal.unconfirmed());
    assertTrue(journal.result(job.id()) != null);
    journal.durable(List.of(job.id()));
    assertNull(journal.result(job.id()));
    assertTrue(journal.preview(job));
    // A client that starts anew knows nothing of it.
    restart();
    assertFalse(journal.knows(job.id()));
  }

  @Test
  void whatAJobWouldSetIsKnownToLaterOnesOfTheSameDryRunOnly() throws Exception {
    assertEquals("would change: argument a is new", info(preview(job("SET", "a"))));
    assertEquals("would change: new", info(preview(job("USE", "{{ a }}"))));
    assertEquals("unchanged: argument a has that value", info(preview(job("SET", "a"))));
    Job other = job("USE", "{{ a }}", UUID.randomUUID(), TestVerbs.parent(false), null);
    assertTrue(info(preview(other)).startsWith("would fail: 'a' is undefined"));
  }

  @Test
  void whatNeedsTheOutputOfAJobThatIsNotRunIsUnknown() throws Exception {
    Job kernel = job("ASKED", "uname -r", run, parent, "kernel");
    preview(kernel);
    NodeResult needs = preview(job("USE", "{{ kernel }}"));
    assertEquals("unknown: needs kernel, which would come from ASKED uname -r", info(needs));
    assertTrue(needs.outcome().isSuccess());
  }

  @Test
  void aFailureDoesNotCountIfSomethingUnforeseenComesBefore() throws Exception {
    NodeResult fails = preview(job("NEVER", "no such unit"));
    assertEquals("would fail: no such unit", info(fails));
    NodeResult later = preview(job("USE", "x"));
    assertEquals(Outcome.Reason.OMITTED, ((Outcome.Failed) later.outcome()).reason());
    assertEquals("would not run, since NEVER no such unit would fail", info(later));

    UUID second = UUID.randomUUID();
    preview(job("ASKED", "install it", second, parent, null));
    NodeResult perhaps = preview(job("NEVER", "no such unit", second, parent, null));
    assertEquals(
        "unknown: would fail as the node is now, no such unit; but ASKED install it comes before it",
        info(perhaps));
    assertTrue(perhaps.outcome().isSuccess());
  }

  @Test
  void workThatIsDoneWouldBeSkippedAndADryRunIsNotWorkThatIsDone() throws Exception {
    Job dry = job("ASKED", "true");
    preview(dry);
    Job real = new TestVerbs.JobMaker("ASKED", "true").cached().make();
    run(List.of(real));
    awaitEnd(List.of(real));
    assertEquals(1, ran.get());
    NodeResult skipped = preview(job("ASKED", "true"));
    assertTrue(info(skipped).startsWith("would be skipped: done at "), info(skipped));
    assertEquals(false, skipped.details().changed());
  }

  @Test
  void aLongDiffIsCutAtALineAndSaysSo() throws Exception {
    NodeResult result = preview(job("LONG", ""));
    assertTrue(result.details().cut());
    assertTrue(result.stdout().length() <= PreviewRunner.MAX_DIFF_BYTES);
    assertTrue(
        result
            .stdout()
            .endsWith("é\n[... 38155 more lines of the diff cut off by directord ...]\n"),
        result.stdout().substring(result.stdout().length() - 80));
  }

  @Test
  void anUnknownVerbWouldFailAndRealWorkDoesNotWait() throws Exception {
    Job block = TestVerbs.job("BLOCK", "");
    run(List.of(block));
    NodeResult result = preview(job("NONE", ""));
    assertEquals("would fail: this node does not know the verb NONE", info(result));
    assertFalse(results.containsKey(block.id()));
  }

  private Job job(String verb, String text) {
    return job(verb, text, run, parent, null);
  }

  private static Job job(String verb, String text, UUID run, Parent parent, String stdoutArg) {
    return new TestVerbs.JobMaker(verb, text)
        .cached()
        .parent(parent)
        .stdoutArg(stdoutArg)
        .dryRun(new DryRun(run, true))
        .make();
  }

  private NodeResult preview(Job job) {
    assertTrue(journal.preview(job));
    lanes.add(List.of(new ServerMessage.Run(job, List.of())));
    awaitEnd(List.of(job));
    return results.get(job.id());
  }

  private static String info(NodeResult result) {
    return result.outcome().info();
  }

  /** Paths, sizes, times and content of all files. */
  private Map<String, String> files() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.collect(
          Collectors.toMap(Path::toString, PreviewRunnerTest::state, (a, b) -> a, TreeMap::new));
    }
  }

  private static String state(Path path) {
    try {
      String time = Files.getLastModifiedTime(path).toString();
      return Files.isRegularFile(path)
          ? time + new String(Files.readAllBytes(path), "ISO-8859-1")
          : time;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
