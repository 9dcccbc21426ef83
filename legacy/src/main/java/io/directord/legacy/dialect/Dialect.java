package io.directord.legacy.dialect;

import io.directord.common.api.NodeView;
import io.directord.common.api.Receipt;
import io.directord.common.job.Job;
import io.directord.common.json.Json;
import io.directord.server.access.Caller;
import io.directord.server.access.Permission;
import io.directord.server.api.OneShotProtocol;
import io.directord.server.content.ContentStore;
import io.directord.server.dispatch.Dispatch;
import io.directord.server.dispatch.RefusedException;
import io.directord.server.verb.InstalledVerbs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Handles one request of the original's protocol: {@code {"manage": {"list_nodes": null}}} and the
 * like, or a job. The protocol has no refusal: programs follow a job by its id, so a refused job
 * gets an id too, under which job info has the reason.
 *
 * <p>Thread-safe. {@link #answer} may block on the disk.
 */
public final class Dialect implements OneShotProtocol {
  private static final byte[] SUCCESS = Json.bytes(Map.of("success", true));
  private static final byte[] FAILED = Json.bytes(Map.of("failed", true));
  private static final byte[] NOTHING = {'[', ']'};

  private final Dispatch dispatch;
  private final TheirJobs jobs;
  private final Executor workers;
  private final InstantSource clock;
  private final Untaken untaken = new Untaken();

  /** What can be managed. */
  private enum Word {
    LIST_NODES(Permission.READ_NODES),
    LIST_JOBS(Permission.READ_JOBS),
    JOB_INFO(Permission.READ_JOBS),
    PURGE_NODES(Permission.MANAGE_NODES),
    PURGE_JOBS(Permission.PURGE);

    final Permission permission;

    Word(Permission permission) {
      this.permission = permission;
    }

    /** The word that is the only key of it; null if there is no such word, or more than one key. */
    static Word of(JsonNode manage) {
      String name = manage.size() == 1 ? manage.propertyNames().iterator().next() : "";
      return Arrays.stream(values())
          .filter(word -> word.name().toLowerCase(Locale.ROOT).equals(name))
          .findFirst()
          .orElse(null);
    }

    /** Only the word about one job has a value, which is text. */
    boolean takes(JsonNode value) {
      return this == JOB_INFO ? value.isString() : value.isNull();
    }
  }

  /** Makes it. */
  public static final class Provider implements OneShotProtocol.Provider {
    @Override
    public OneShotProtocol open(
        InstalledVerbs verbs,
        Dispatch dispatch,
        ContentStore contents,
        Executor workers,
        InstantSource clock) {
      return new Dialect(verbs, dispatch, contents, workers, clock);
    }
  }

  private Dialect(
      InstalledVerbs verbs,
      Dispatch dispatch,
      ContentStore contents,
      Executor workers,
      InstantSource clock) {
    this.dispatch = dispatch;
    this.jobs = new TheirJobs(verbs, contents);
    this.workers = workers;
    this.clock = clock;
  }

  @Override
  public Optional<Permission> needs(JsonNode request) {
    if (!request.isObject()) {
      return Optional.empty();
    }
    JsonNode manage = request.get("manage");
    return manage == null
        ? Optional.of(Permission.SUBMIT)
        : Optional.ofNullable(Word.of(manage)).map(word -> word.permission);
  }

  @Override
  public CompletableFuture<Void> answer(JsonNode request, Caller caller, Sink sink) {
    if (!(request instanceof ObjectNode said)) {
      return say("A JSON object is expected.", sink);
    }
    JsonNode manage = said.get("manage");
    if (manage == null) {
      return submit(said, caller, sink);
    }
    return said.size() == 1 ? manage(manage, caller, sink) : sink.write(FAILED);
  }

  private CompletableFuture<Void> manage(JsonNode manage, Caller caller, Sink sink) {
    Word word = Word.of(manage);
    if (word == null || !word.takes(manage.iterator().next())) {
      return sink.write(FAILED);
    }
    return switch (word) {
      case LIST_NODES -> reply(dispatch.nodes(caller).thenApplyAsync(this::nodes, workers), sink);
      case LIST_JOBS -> new JobList(caller, dispatch, workers, sink).write();
      case JOB_INFO -> reply(info(manage.iterator().next().asString(""), caller), sink);
      case PURGE_NODES -> reply(dispatch.forgetNodes(caller, null).thenApply(n -> SUCCESS), sink);
      case PURGE_JOBS -> reply(dispatch.purgeJobs(caller).thenApply(n -> SUCCESS), sink);
    };
  }

  private CompletableFuture<Void> reply(CompletableFuture<byte[]> answer, Sink sink) {
    return answer.exceptionally(failure -> FAILED).thenComposeAsync(sink::write, workers);
  }

  private byte[] nodes(List<NodeView> nodes) {
    Instant now = clock.instant();
    List<Object> listed = new ArrayList<>();
    for (NodeView node : nodes) {
      if (node.state() != NodeView.State.EXPIRED) {
        listed.add(List.of(node.identity(), NodeInfo.of(node, now)));
      }
    }
    return Json.bytes(listed);
  }

  private CompletableFuture<byte[]> info(String asked, Caller caller) {
    ObjectNode known = untaken.info(asked);
    if (known != null) {
      return CompletableFuture.completedFuture(pair(asked, known));
    }
    return dispatch
        .find(asked, true)
        .thenCompose(id -> dispatch.job(caller, id))
        .thenApplyAsync(job -> pair(asked, JobInfo.of(job)), workers)
        .exceptionally(failure -> NOTHING);
  }

  private static byte[] pair(String asked, ObjectNode info) {
    return Json.bytes(List.of(List.of(asked, info)));
  }

  private CompletableFuture<Void> submit(ObjectNode said, Caller caller, Sink sink) {
    if (said.path("job_id").asString("").isEmpty()) {
      said.put("job_id", UUID.randomUUID().toString());
    }
    String id = said.path("job_id").asString();
    boolean raw = said.path("return_raw").asBoolean(false);
    String taken = raw ? id : "Job received. Task ID: " + id;
    if (TheirJobs.isLeftOut(said)) {
      untaken.leftOut(said, clock.instant());
      return say(taken, sink);
    }
    CompletableFuture<Receipt> submitted;
    try {
      Job job = jobs.read(said, caller);
      submitted = dispatch.submit(caller, List.of(job));
    } catch (IllegalArgumentException | IOException e) {
      submitted = CompletableFuture.failedFuture(e);
    }
    return submitted
        .handleAsync(
            (receipt, failure) -> failure == null ? taken : refused(said, raw, failure), workers)
        .thenCompose(text -> say(text, sink));
  }

  private String refused(ObjectNode said, boolean raw, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    boolean ours = cause instanceof RefusedException || cause instanceof IllegalArgumentException;
    String reason = ours ? cause.getMessage() : cause.toString();
    untaken.refused(said, reason, clock.instant());
    return raw ? said.path("job_id").asString() : "Job refused: " + reason;
  }

  private static CompletableFuture<Void> say(String text, Sink sink) {
    return sink.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
