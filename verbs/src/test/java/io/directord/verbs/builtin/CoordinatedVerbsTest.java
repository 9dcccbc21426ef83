package io.directord.verbs.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.JobException;
import io.directord.common.component.PlanException;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.target.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class CoordinatedVerbsTest {
  private static final String SHA = "0f".repeat(28);

  private final QueryComponent query = new QueryComponent();
  private final QueryWaitComponent queryWait = new QueryWaitComponent();
  private final JobWaitComponent jobWait = new JobWaitComponent();
  private final FakeNode node = new FakeNode();

  @Test
  void aTargetOfAQueryAnswersAndWaitsForTheOthers() throws Exception {
    node.job = job("node-1");
    node.args.put("n", json("[1, 'a']"));
    assertEquals(new Outcome.Succeeded("all have answered"), node.run(query, "n", null));
    assertEquals(List.of("coordinate {\"n\":[1,\"a\"]} PT10M"), node.done);
    assertEquals("{\"n\":[1,\"a\"]}", node.stdout.toString());
  }

  @Test
  void aNodeThatIsNotATargetOrNeedNotWaitAnswersAlone() throws Exception {
    node.job = job("node-2");
    node.run(query, "n", null);
    node.job = job("node-1");
    node.run(query, "--no-wait n", null);
    assertEquals(List.of(), node.done);
    assertEquals("{\"n\":null}{\"n\":null}", node.stdout.toString());
  }

  @Test
  void theAnswersAreKeptAsTheyAreBesideThoseOfEarlierQueries() throws Exception {
    node.args.put("query", json("{'a': {'n': [1], 'other': 2}, 'c': {'n': 3}, 'd': {'n': 4}}"));
    Map<String, String> answers = new LinkedHashMap<>();
    answers.put("a", "{\"n\": [4, \"{{ no_template }}\"]}");
    answers.put("b", "{\"n\": null}");
    answers.put("d", "{\"n\": null}");
    Job callback = QueryComponent.callback(job("node-1"), answers, List.of("a", "b"));
    node.run(new ArgComponent(), callback.arguments());
    assertEquals(
        json("{'a': {'n': [4, '{{ no_template }}'], 'other': 2}, 'c': {'n': 3}}"),
        node.args.get("query"));
    assertTrue(callback.bypassesLanes());
    assertEquals(callback.id(), QueryComponent.callbackId(job("node-1").id()));
  }

  @Test
  void whatIsNotAnAnswerIsLeftOut() {
    Map<String, String> answers = new LinkedHashMap<>();
    for (String answer : List.of("", "no json", "[1]", "{\"n\": 1} x", "[".repeat(500))) {
      answers.put("node-" + answers.size(), answer);
    }
    answers.put("good", "{\"n\": 1}");
    Job callback = QueryComponent.callback(job("node-1"), answers, List.of("good"));
    assertEquals(json("{'query': {'good': {'n': 1}}}"), callback.arguments().get("args"));
  }

  @Test
  void anArgumentThatIsTooLongIsNotHandedOut() {
    node.job = job("node-1");
    node.args.put("n", json("'" + "x".repeat(QueryComponent.MAX_ANSWER) + "'"));
    JobException e = assertThrows(JobException.class, () -> node.run(query, "n", null));
    assertTrue(e.getMessage().contains("the argument n is too long"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "n | true",
        "m | false",
        "--identity a n | true",
        "--identity a --identity b n | false",
        "n --identity a b | false",
        "--identity a c n | true",
        "--identity 'a c' n | true",
        "--query-timeout=5 --identity none n | false",
      })
  void aQueryWaitEndsWhenTheAnswersAreThere(String text, boolean there) throws Exception {
    node.args.put("query", json("{'a': {'n': 1}, 'b': {'x': 1}, 'c': {'n': null}}"));
    assertEquals(there, node.run(queryWait, text, null).isSuccess());
    assertEquals(List.of(text.contains("=5") ? "await PT5S" : "await PT10M"), node.done);
  }

  @Test
  void aQueryWaitForNoNodeIsRefusedAndOneForAnyIsNot() {
    QueryWaitComponent.Arguments arguments = queryWait.newArguments();
    arguments.item = "n";
    ArgumentErrors any = new ArgumentErrors();
    queryWait.validate(arguments, any);
    assertTrue(any.isEmpty());

    arguments.identity = List.of();
    ArgumentErrors none = new ArgumentErrors();
    queryWait.validate(arguments, none);
    assertEquals("identity", none.all().get(0).place().toString());
  }

  @Test
  void aQueryWaitSaysWhoseAnswerIsMissing() throws Exception {
    Outcome outcome = node.run(queryWait, "--query-timeout 2 --identity a b n", null);
    assertEquals(
        new Outcome.Failed(
            Outcome.Reason.TIMEOUT,
            "n was not in the query cache for [a, b] within 2.0 s: QUERY asks for it"),
        outcome);
  }

  @Test
  void aJobWaitLeavesItToTheServer() throws Exception {
    node.run(jobWait, "--job-timeout 9 --identity a b " + SHA, null);
    assertEquals(List.of("coordinate a b PT9S"), node.done);
    Job job =
        JobJson.read(
            Json.object()
                .put("verb", "JOB_WAIT")
                .setAll(FakeNode.plan(jobWait, SHA + " --identity a b", null)));
    assertEquals(SHA, JobWaitComponent.sha(job));
    assertEquals(List.of("a", "b"), List.copyOf(JobWaitComponent.nodes(job, "")));
  }

  @Test
  void aJobWaitTellsTheServerTheNamesThatItsTemplatesMake() throws Exception {
    node.args.put("others", Json.tree("db-1 db-2"));

    Outcome outcome = node.run(jobWait, "--job-timeout 9 --identity '{{ others }}' " + SHA, null);

    assertEquals(List.of("coordinate db-1 db-2 PT9S"), node.done);
    assertEquals(new Outcome.Succeeded("job " + SHA + " has ended on [db-1, db-2]"), outcome);
    Job job =
        JobJson.read(
            Json.object()
                .put("verb", "JOB_WAIT")
                .setAll(FakeNode.plan(jobWait, SHA + " --identity '{{ others }}'", null)));
    assertEquals(List.of("db-1", "db-2"), List.copyOf(JobWaitComponent.nodes(job, "db-1 db-2")));
  }

  @Test
  void namesInOneTextAreThoseOfSeveralNodesForTheWaitAsForTheCheck() throws Exception {
    Job job =
        JobJson.read(
            Json.object()
                .put("verb", "JOB_WAIT")
                .setAll(FakeNode.plan(jobWait, SHA + " --identity 'a b'", null)));

    assertEquals(List.of("a", "b"), List.copyOf(JobWaitComponent.nodes(job, "")));
    assertEquals(Target.of(List.of("a", "b")), AwaitedNodes.of(job));
  }

  @Test
  void aNodeWithoutTheArgumentSaysSo() throws Exception {
    assertEquals(
        new Outcome.Succeeded("n is not set on this node"), node.run(query, "--no-wait n", null));
    assertTrue(QueryComponent.isUnset(node.stdout.toString()));
    assertTrue(QueryComponent.isUnset("{\"a b\": null}"), "as the original writes it");
    for (String set :
        List.of(
            "{\"n\":\"null\"}",
            "{\"n\":{\"m\":null}}",
            "{\"n\":[null]}",
            "{\"n\":\":null}\"}",
            "")) {
      assertFalse(QueryComponent.isUnset(set), set);
    }
  }

  @Test
  void aJobWaitNeedsAFingerprintAndANode() {
    PlanException e = assertThrows(PlanException.class, () -> FakeNode.plan(jobWait, SHA, null));
    assertTrue(
        e.getMessage().contains("JOB_WAIT: --identity: the nodes to wait for are needed"),
        e.getMessage());
    assertThrows(PlanException.class, () -> FakeNode.plan(jobWait, "--identity a abc", null));
  }

  @Test
  void aSentinelBypassesTheLanesAndDropsWhatIsQueued() throws Exception {
    QueueSentinelComponent sentinel = new QueueSentinelComponent();
    assertEquals(
        "{\"queue_sentinel\":\"called off\",\"parent_async_bypass\":true}",
        FakeNode.plan(sentinel, "called off", null).toString());
    assertTrue(sentinel.dropsQueued());
    assertTrue(node.run(sentinel, "called off", null).isSuccess());
  }

  private static Job job(String target) {
    ObjectNode json =
        Json.object()
            .put("verb", "QUERY")
            .put("job_id", "e8e0ed94-c59a-4869-9161-80c265230822")
            .put("query", "n");
    json.putArray("targets").add(target);
    return JobJson.read(json);
  }

  private static JsonNode json(String text) {
    return Json.mapper().readTree(text.replace('\'', '"'));
  }
}
