package io.directord.server.api;

import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.orchestration.OrchestrationFile;
import io.directord.common.orchestration.PlanOptions;
import io.directord.common.orchestration.Planner;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.ValidationError;
import io.directord.verbs.Components;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/**
 * Plans orchestrations for callers that cannot, such as the page. No file is read for them. A short
 * text may become many jobs, each with all targets, so all that is made of it is reserved first.
 */
final class PlanApi {
  /** Characters of a text; planning takes the square of its jobs in time. */
  static final int MAX_TEXT = 64 << 10;

  /** Memory for each character of a text in YAML, as short values and jobs take it. */
  private static final int PARSED_BYTES = 100;

  /** A planned job is in memory as JSON, and again within the reply. */
  private static final int COPIES = 2;

  private final Components components;

  /**
   * @param components the verbs that exist
   */
  PlanApi(Components components) {
    this.components = components;
  }

  /**
   * An orchestration.
   *
   * @param text in YAML
   * @param targets in place of those that it names; null for its own
   */
  private record Wanted(String text, List<String> targets) {}

  /**
   * What it comes to.
   *
   * @param jobs to be submitted, with ids; must not be if there are errors
   */
  private record Planned(
      List<RawValue> jobs, List<ValidationError> errors, List<ValidationError> notes) {}

  CompletableFuture<Reply> plan(Call call, RequestBody body) throws IOException {
    Wanted wanted = ObjectBody.read(body, Wanted.class);
    if (wanted.text() == null) {
      throw Call.bad("text: an orchestration is expected");
    }
    if (wanted.text().length() > MAX_TEXT) {
      throw new ApiProblem(
          HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
          ErrorCode.TOO_LARGE,
          "text: more than "
              + (MAX_TEXT >> 10)
              + " KiB are not planned here: use 'directord orchestrate'");
    }
    if (wanted.targets() != null && wanted.targets().isEmpty()) {
      throw Call.bad(
          "targets: at least one is expected; without the key, those of the text are meant");
    }
    RequestMemory memory = body.memory();
    memory.reserve((long) PARSED_BYTES * wanted.text().length());
    List<String> targets = wanted.targets() == null ? List.of() : wanted.targets();
    // Nodes send their output while the jobs run, for who looks on.
    PlanOptions options = new PlanOptions(targets, Set.of(), false, false, true);
    Planner.Attempt attempt =
        Planner.withoutFiles(components.afresh())
            .attempt(OrchestrationFile.ofText(wanted.text()), options);
    return CompletableFuture.completedFuture(
        Reply.json(
            HttpResponseStatus.OK,
            new Planned(
                attempt.plan().jobs().stream().map(job -> written(job, memory)).toList(),
                attempt.errors(),
                attempt.plan().notes())));
  }

  /** A verb that is defined beside this server is completed from there when it is submitted. */
  private static RawValue written(Job job, RequestMemory memory) {
    ObjectNode json = JobJson.write(job);
    if (!SourceFile.in(job).isEmpty()) {
      json.remove(List.of("files", "component", "job_sha3_224"));
    }
    String text = Json.text(json);
    memory.reserve((long) COPIES * text.length());
    return new RawValue(text);
  }
}
