package io.directord.client.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.TestVerbs;
import io.directord.client.execution.TakingLink;
import io.directord.common.component.ReadableNode.Ownership;
import io.directord.common.job.BroughtFiles;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import io.directord.common.json.Json;
import io.directord.common.wire.Delivery;
import io.directord.verbs.Components;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What a result says of its run beside the outcome, with the verbs that come with directord. */
class RunDetailsTest extends LanesFixture {
  @BeforeEach
  void builtIn() throws Exception {
    for (String verb :
        List.of("RUN", "WORKDIR", "ARG", "ENV", "CACHEEVICT", "WAIT", "CACHEFILE", "FETCH")) {
      verbs.put(verb, Components.builtin().find(verb));
    }
  }

  @Test
  void whatACommandChangesIsNotKnown() throws Exception {
    assertEquals(new RunDetails(false, 1, null), run("RUN", "command", "true"));
    assertEquals(new RunDetails(false, 1, null), run("RUN", "command", "false"));
  }

  @Test
  void keepingTheOutputAsAnArgumentIsNotAChangeOfTheCommand() throws Exception {
    ObjectNode job = keys("RUN").put("command", "echo 1").put("stdout_arg", "one");
    assertEquals(new RunDetails(false, 1, null), run(job));
    assertEquals("1", cache.args().get("one").stringValue());
  }

  @Test
  void attemptsAreCounted() throws Exception {
    Path file = directory.resolve("tries");
    String third = "echo x >> " + file + "; test $(wc -l < " + file + ") = 3";
    assertEquals(3, run(keys("RUN").put("command", third).put("retry", 5)).attempts());
    assertEquals(2, run(keys("RUN").put("command", "false").put("retry", 2)).attempts());
  }

  @Test
  void filesThatAreSentAreCounted() throws Exception {
    Path there = Files.createDirectory(directory.resolve("there"));
    Files.writeString(there.resolve("a"), "a");
    Files.writeString(there.resolve("b"), "b");
    content = new TakingLink();
    ObjectNode fetch = keys("FETCH").put("max_size", 1000);
    fetch.putArray("paths").add(there.toString());
    assertEquals(new RunDetails(false, 1, false, BroughtFiles.said(2)), run(fetch));
    // One that fails says too what has been sent.
    fetch.withArray("paths").add("/nowhere");
    assertEquals(new RunDetails(false, 1, false, BroughtFiles.said(2)), run(fetch));
    fetch.put("max_size", 1);
    assertEquals(new RunDetails(false, 1, null), run(fetch));
  }

  @Test
  void outputOfWhichAPartIsMissingIsCut() throws Exception {
    assertFalse(run("RUN", "command", "head -c 1048576 /dev/zero | tr '\\0' x").cut());
    assertTrue(run("RUN", "command", "head -c 1048577 /dev/zero | tr '\\0' x").cut());
    assertTrue(run("RUN", "command", "head -c 1048577 /dev/zero | tr '\\0' x >&2").cut());
    // Of several attempts the output of the last is kept.
    Path file = directory.resolve("second");
    String once = "test -e " + file + " || { touch " + file + "; seq 1 300000; exit 1; }";
    assertEquals(
        new RunDetails(false, 2, null), run(keys("RUN").put("command", once).put("retry", 2)));
  }

  @Test
  void whatAVerbSaysIsCutToo() throws Exception {
    verbs.put(
        "TALK", TestVerbs.verb("TALK", (text, node) -> new Outcome.Succeeded("x".repeat(1 << 21))));
    assertTrue(run("TALK", "text", "").cut());
  }

  @Test
  void aDirectoryThatExistsIsNotAChange() throws Exception {
    Path made = directory.resolve("a/b");
    assertEquals(new RunDetails(false, 1, true), run("WORKDIR", "workdir", made.toString()));
    assertEquals(new RunDetails(false, 1, false), run("WORKDIR", "workdir", made.toString()));
    ObjectNode closed = keys("WORKDIR").put("workdir", made.toString()).put("mode", 0700);
    assertEquals(true, run(closed).changed());
    assertEquals(false, run(closed).changed());
    assertEquals(true, run("WORKDIR", "workdir", made + "/../c").changed());
  }

  @Test
  void argumentsAndVariablesThatAreKeptAlreadyAreNotChanges() throws Exception {
    assertEquals(true, args("a", "1").changed());
    assertEquals(false, args("a", "1").changed());
    assertEquals(true, args("a", "2").changed());
    ObjectNode env = keys("ENV");
    env.putObject("envs").put("E", "1");
    assertEquals(true, run(env).changed());
    assertEquals(false, run(env).changed());
    assertEquals(true, run("CACHEEVICT", "cacheevict", "envs").changed());
    assertEquals(false, run("CACHEEVICT", "cacheevict", "envs").changed());
    Path file = Files.writeString(directory.resolve("values.yaml"), "b: {c: 1}\n");
    assertEquals(true, run("CACHEFILE", "cachefile", file.toString()).changed());
    assertEquals(false, run("CACHEFILE", "cachefile", file.toString()).changed());
  }

  @Test
  void waitingChangesNothing() throws Exception {
    assertEquals(false, run(keys("WAIT").put("seconds", 0.01)).changed());
    assertEquals(null, run(keys("WAIT").put("command", "true").put("retry", 0)).changed());
  }

  @Test
  void aFileIsChangedByItsContentAndByItsMode() throws Exception {
    assertEquals(true, place("one", 0644));
    assertEquals(false, place("one", 0644));
    assertEquals(true, place("one", 0600));
    assertEquals(true, place("two", 0600));
    assertEquals(false, place("two", null));
  }

  @Test
  void whatDidNotRunHasNoAttempt() throws Exception {
    Job unknown = JobJson.read(keys("NOSUCH"));
    run(List.of(unknown));
    awaitEnd(List.of(unknown));
    assertEquals(RunDetails.NONE, results.get(unknown.id()).details());
  }

  private RunDetails args(String name, String value) throws Exception {
    ObjectNode job = keys("ARG");
    job.putObject("args").put(name, value);
    return run(job);
  }

  private Boolean place(String text, Integer mode) throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    Delivery delivery =
        new Delivery(new UUID(0, 0), sha256, bytes.length, 1000, new byte[32], new byte[32]);
    content = (what, chunks, sink) -> sink.accept(bytes);
    verbs.put(
        "PLACE",
        TestVerbs.verb(
            "PLACE",
            (same, node) -> {
              Path target = directory.resolve("target");
              node.deliver(delivery, target, new Ownership(null, null, mode), false);
              node.changed(false);
              return Outcome.Succeeded.FINISHED;
            }));
    return run("PLACE", "text", "").changed();
  }

  private static ObjectNode keys(String verb) {
    return Json.object().put("verb", verb).put("skip_cache", true);
  }

  private RunDetails run(String verb, String key, String value) throws Exception {
    return run(keys(verb).put(key, value));
  }

  private RunDetails run(ObjectNode keys) throws Exception {
    Job job = JobJson.read(keys.deepCopy());
    run(List.of(job));
    awaitEnd(List.of(job));
    NodeResult result = results.get(job.id());
    return result.details();
  }
}
