package io.directord.common.api;

import io.directord.common.job.BroughtFiles;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import io.directord.common.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Replies and events that short commands read, by hand: the mapper would take more processor time
 * than all else they do. What is not of the expected form is a {@link
 * tools.jackson.core.JacksonException}.
 */
final class Replies {
  private Replies() {}

  static Bodies.Nodes nodes(FlatObject json) {
    return new Bodies.Nodes(
        json.required("nodes", value -> NodeViewReader.of(new FlatObject(value))),
        json.list("refused", Replies::refused),
        json.texts("warnings"),
        json.number("more"));
  }

  private static RefusedNode refused(JsonNode value) {
    FlatObject json = new FlatObject(value);
    return new RefusedNode(
        json.text("identity"),
        json.text("address"),
        json.text("reason"),
        value.path("count").asLong(0),
        json.instant("last_at"));
  }

  static Bodies.Jobs jobs(FlatObject json) {
    return new Bodies.Jobs(json.required("jobs", Replies::summary), json.number("more"));
  }

  private static JobSummary summary(JsonNode value) {
    return JobSummaryReader.of(new FlatObject(value));
  }

  static JobView job(FlatObject json) {
    return new JobView(
        summary(json.json().path("summary")),
        (ObjectNode) new FlatObject(json.json().path("definition")).json(),
        json.text("submitted_by"),
        json.texts("left_out"),
        json.texts("limit"),
        json.texts("forgotten"),
        json.required("nodes", Replies::outcome));
  }

  private static NodeOutcome outcome(JsonNode value) {
    FlatObject json = new FlatObject(value);
    return new NodeOutcome(
        json.text("node"),
        json.constant("state", NodeOutcome.State.class),
        json.constant("reason", Outcome.Reason.class),
        json.text("info"),
        new CapturedOutput(json.text("stdout"), json.text("stderr")),
        new RunTimes(
            json.duration("execution_time"),
            json.duration("roundtrip_time"),
            json.instant("started_at"),
            json.instant("ended_at"),
            json.constant("not_begun", NodeOutcome.NotBegun.class)),
        new RunDetails(
            json.isTrue("cut"),
            json.number("attempts"),
            json.has("changed") ? json.isTrue("changed") : null,
            brought(json.object("brought"))));
  }

  private static BroughtFiles brought(FlatObject json) {
    return json == null
        ? null
        : new BroughtFiles(
            json.has("said") ? json.number("said") : null,
            json.has("came") ? json.number("came") : null,
            json.text("server"),
            json.isTrue("refuted"));
  }

  static Bodies.MissingFiles missing(FlatObject json) {
    return new Bodies.MissingFiles(json.required("missing", value -> value.asString(null)));
  }

  static Bodies.Fetched fetched(FlatObject json) {
    return new Bodies.Fetched(
        json.id("job_id"),
        json.required("fetched", Replies::fetchedFrom),
        json.list("coming", Replies::coming));
  }

  private static FetchedFrom fetchedFrom(JsonNode value) {
    FlatObject json = new FlatObject(value);
    return new FetchedFrom(json.text("node"), json.json().path("bytes").asLong(0));
  }

  private static FetchComing coming(JsonNode value) {
    FlatObject json = new FlatObject(value);
    return new FetchComing(
        json.text("node"),
        json.json().path("bytes").asLong(0),
        json.json().path("of").asLong(0),
        json.constant("waits_for", FetchComing.Wait.class));
  }

  static Bodies.Removed removed(FlatObject json) {
    return new Bodies.Removed(json.number("removed"));
  }

  static Receipt receipt(FlatObject json) {
    return new Receipt(
        json.required("jobs", FlatObject::id),
        json.texts("every_node"),
        json.texts("away"),
        json.texts("left_out"),
        json.list("resolved", Replies::resolved),
        json.list("omitted", Replies::omitted),
        json.list("held", Replies::held));
  }

  private static ResolvedTargets resolved(JsonNode value) {
    FlatObject json = new FlatObject(value);
    return new ResolvedTargets(
        json.texts("written"),
        json.texts("nodes"),
        json.texts("left_out"),
        json.texts("forgotten"),
        json.texts("expired"));
  }

  private static Bodies.Omitted omitted(JsonNode value) {
    FlatObject json = new FlatObject(value);
    return new Bodies.Omitted(json.id("id"), json.number("number"), json.text("title"));
  }

  private static Receipt.Held held(JsonNode value) {
    FlatObject json = new FlatObject(value);
    return new Receipt.Held(json.text("node"), json.isTrue("enrolled"), json.instant("until"));
  }

  /** The ends of jobs and nodes, as they are most; the mapper reads the others. */
  static Event event(FlatObject json) {
    String event = json.text("event");
    if ("job_ended".equals(event)) {
      return new Event.JobEnded(
          summary(json.json().path("job")),
          new EndedNodes(
              json.texts("skipped"),
              json.texts("changed"),
              json.texts("retried"),
              json.texts("cut")));
    }
    if ("node_answered".equals(event)) {
      return new Event.NodeAnswered(
          json.id("job_id"), json.id("parent_id"), outcome(json.json().path("outcome")));
    }
    return Json.read(json.json(), Event.class);
  }
}
