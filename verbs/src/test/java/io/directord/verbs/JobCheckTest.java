package io.directord.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.JobCheck;
import io.directord.common.component.PlanException;
import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.orchestration.Orchestration;
import io.directord.common.orchestration.PlanOptions;
import io.directord.common.orchestration.Planner;
import io.directord.common.validation.InvalidException;
import io.directord.common.validation.ValidationError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class JobCheckTest {
  private static final Components COMPONENTS = Components.builtin();

  @TempDir Path directory;

  /** Jobs that no planning half would make, and the places of what is wrong with them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'verb': 'RUN'} | command",
        "{'verb': 'RUN', 'command': ''} | command",
        "{'verb': 'RUN', 'command': ' \\n'} | command",
        "{'verb': 'RUN', 'command': 5} | command",
        "{'verb': 'RUN', 'command': ['true']} | command",
        "{'verb': 'RUN', 'command': 'true', 'retry': -1} | retry",
        "{'verb': 'RUN', 'command': 'true', 'retry': 1.5} | retry",
        "{'verb': 'RUN', 'command': 'true', 'retry': '3'} | retry",
        "{'verb': 'RUN', 'command': 'true', 'retry': 99999999999} | retry",
        "{'verb': 'RUN', 'command': 'true', 'no_block': 'maybe'} | no_block",
        "{'verb': 'RUN', 'command': 'true', 'no_block': 'maybe', 'retry': []} | no_block retry",
        "{'verb': 'RUN', 'command': 'true', 'stdout_arg': ''} | stdout_arg",
        "{'verb': 'RUN', 'command': 'true', 'stderr_arg': 'node'} | stderr_arg",
        "{'verb': 'RUN', 'command': 'a\\u0000b'} | command",
        "{'verb': 'RUN', 'command': '\\ud800'} | command",
        "{'verb': 'RUN', 'command': '\\udc00\\ud800'} | command",
        "{'verb': 'RUN', 'command': 'true', 'job_name': '\\ud800'} | job_name",
        "{'verb': 'RUN', 'command': 'true', 'targets': ['a\\u0000']} | targets",
        "{'verb': 'RUN', 'command': 'true', 'timeout': -1, 'targets': []} | timeout targets",
        "{'verb': 'RUN', 'command': 'true', 'stream': 1, 'job_id': 'x'} | job_id stream",
        "{'verb': 'RUN', 'command': 'x', 'no_block': true, 'stdout_arg': 'a'} | stdout_arg",
        "{'verb': 'ARG'} | args",
        "{'verb': 'ARG', 'args': {}} | args",
        "{'verb': 'ARG', 'args': {'': 1}} | args",
        "{'verb': 'ARG', 'args': {'fact': 1}} | args",
        "{'verb': 'ARG', 'args': 'a'} | args",
        "{'verb': 'ARG', 'args': {'a': ['x\\u0000']}} | args.a",
        "{'verb': 'ENV', 'envs': {}} | envs",
        "{'verb': 'ENV', 'envs': {'A=B': 'x'}} | envs",
        "{'verb': 'ENV', 'envs': {'A': 5}} | envs",
        "{'verb': 'CACHEEVICT'} | cacheevict",
        "{'verb': 'CACHEEVICT', 'cacheevict': 'jbos'} | cacheevict",
        "{'verb': 'CACHEFILE', 'cachefile': 'relative'} | cachefile",
        "{'verb': 'COPY'} | files",
        "{'verb': 'COPY', 'files': 'x'} | files",
        "{'verb': 'WORKDIR', 'workdir': 'relative', 'mode': 99999} | mode workdir",
        "{'verb': 'QUERY'} | query",
        "{'verb': 'QUERY_WAIT', 'item': 'a', 'query_timeout': 0} | query_timeout",
        "{'verb': 'QUERY_WAIT', 'item': 'a', 'identity': ['']} | identity",
        "{'verb': 'JOB_WAIT', 'job_sha': 'x'} | job_sha identity",
        "{'verb': 'WAIT'} | ''",
        "{'verb': 'WAIT', 'seconds': 1, 'command': 'true'} | ''",
        "{'verb': 'WAIT', 'seconds': -1} | seconds",
        "{'verb': 'WAIT', 'url': 'ftp://x'} | url",
        "{'verb': 'WAIT', 'command': 'true', 'retry': -1, 'retry_wait': -1} | retry retry_wait",
        "{'verb': 'SERVICE', 'services': ['a'], 'running': 'strat'} | running",
        "{'verb': 'SERVICE', 'services': [], 'running': 'start'} | services",
        "{'verb': 'SERVICE', 'services': ['a']} | ''",
        "{'verb': 'APT', 'packages': ['--allow']} | packages",
        "{'verb': 'DNF', 'packages': ['a', 5]} | packages",
        "{'verb': 'PACKAGE', 'packages': ['a'], 'state': 'there', 'retry': 0} | state retry",
        "{'verb': 'REBOOT', 'time': -1} | time",
        "{'verb': 'SECONTEXT', 'target': '/x', 'setype': 't', 'ftype': 'z'} | ftype",
        "{'verb': 'POD', 'pod_action': 'strat', 'kwargs': {'name': 'a'}} | pod_action",
        "{'verb': 'POD', 'pod_action': 'start', 'kwargs': {}} | kwargs.name",
        "{'verb': 'CONTAINER_IMAGE', 'action': 'tag', 'images': ['a']} | images",
        "{'verb': 'FACTER', 'custom_dir': 5} | custom_dir",
        "{'verb': 'QUEUESENTINEL', 'parent_async_bypass': 'yes'} | parent_async_bypass",
      })
  void whatNoPlanningHalfWouldMakeIsRefusedWithEveryPlace(String job, String places) {
    assertEquals(
        List.of(places.isEmpty() ? new String[] {""} : places.split(" ")),
        errors(job).stream().map(error -> error.place().toString()).toList());
  }

  @Test
  void messagesSayWhatIsExpected() {
    assertEquals(
        "retry: a whole number is expected, not 1.5",
        errors("{'verb': 'RUN', 'command': 'x', 'retry': 1.5}").get(0).toString());
    assertEquals(
        "cacheevict: one of jobs, parents, args, envs, query, all is expected, not 'jbos'"
            + " (did you mean jobs?)",
        errors("{'verb': 'CACHEEVICT', 'cacheevict': 'jbos'}").get(0).toString());
    assertEquals(
        "command: character 2 is NUL (U+0000), which ends a text for the system",
        errors("{'verb': 'RUN', 'command': 'a\\u0000b'}").get(0).toString());
  }

  @Test
  void pairsOfSurrogatesAreText() {
    assertEquals(List.of(), errors("{'verb': 'RUN', 'command': 'echo \\ud83d\\ude00'}"));
  }

  /**
   * What the planning halves make passes the check, and so do the examples of the documentation.
   */
  @Test
  void whatIsPlannedPasses() throws Exception {
    Files.createDirectories(directory.resolve("files"));
    Files.writeString(directory.resolve("files/app.conf"), "x");
    Files.writeString(directory.resolve("files/registry-token"), "token");
    Files.createDirectories(directory.resolve("site"));
    Files.writeString(directory.resolve("site/index.html"), "x");
    List<ValidationError> errors = new ArrayList<>();
    int jobs = 0;
    for (String verb : COMPONENTS.verbs()) {
      for (String example : COMPONENTS.find(verb).syntax().examples()) {
        String[] parts = example.split(": ", 2);
        var plan =
            new Planner(COMPONENTS, directory)
                .plan(
                    Orchestration.ofOne(parts[0], parts[1]),
                    new PlanOptions(List.of(), Set.of(), false, false, false));
        for (Job job : plan.jobs()) {
          errors.addAll(errors(JobJson.write(job)));
          jobs++;
        }
      }
    }
    assertEquals(List.of(), errors);
    assertTrue(jobs > 20);
  }

  @Test
  void aTextThatNoSystemTakesIsRefusedWhenItIsPlanned() {
    PlanException e =
        assertThrows(
            PlanException.class,
            () -> {
              Job job = JobJson.read(json("{'verb': 'RUN', 'command': 'a\\u0000b'}"));
              ArgumentErrors errors = new ArgumentErrors();
              JobCheck.common(job, errors);
              errors.finish("RUN", COMPONENTS.find("RUN").syntax());
            });
    assertTrue(e.getMessage().startsWith("RUN: command: character 2 is NUL"), e.getMessage());
  }

  private static List<ValidationError> errors(String job) {
    return errors(json(job));
  }

  /** As a server finds them. */
  private static List<ValidationError> errors(ObjectNode flat) {
    ArgumentErrors errors = new ArgumentErrors();
    try {
      Job job = JobJson.read(flat);
      JobCheck.common(job, errors);
      errors.check(SourceFile.KEY, () -> SourceFile.in(job));
      if (errors.isEmpty()) {
        COMPONENTS.find(job.verb()).complete(job.arguments());
      }
    } catch (InvalidException e) {
      return e.errors();
    } catch (PlanException e) {
      return e.errors();
    }
    return errors.all();
  }

  private static ObjectNode json(String text) {
    return Json.read(text.replace('\'', '"'), ObjectNode.class);
  }
}
