package io.directord.server.api;

import io.directord.common.api.Bodies;
import io.directord.common.api.JobFilter;
import io.directord.common.api.JobOrder;
import io.directord.common.api.LineRange;
import io.directord.common.api.Receipt;
import io.directord.common.api.Reruns;
import io.directord.common.api.ResolvedTargets;
import io.directord.common.api.ResultView;
import io.directord.common.job.Job;
import io.directord.common.job.Traceparent;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import io.directord.common.validation.ValidationError;
import io.directord.server.dispatch.Dispatch;
import io.directord.server.verb.InstalledVerbs;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Jobs: submission, queries, cancellation and deletion. */
final class JobsApi {
  /** An answer is made as a whole, in memory. */
  private static final int MAX_LISTED = 1000;

  private static final int MAX_FILTER = 200;
  private static final String SORT = "sort";
  private static final String TEXT = "text";

  private static final int CACHED_BYTES = 4 << 20;

  private final StatesCache states = new StatesCache(CACHED_BYTES);
  private final JobsReader reader;
  private final Dispatch dispatch;
  private final Executor workers;
  private final Executor diskWorkers;

  /**
   * @param diskWorkers may block on the disk
   */
  JobsApi(InstalledVerbs verbs, Dispatch dispatch, Executor workers, Executor diskWorkers) {
    this.reader = new JobsReader(verbs);
    this.dispatch = dispatch;
    this.workers = workers;
    this.diskWorkers = diskWorkers;
  }

  CompletableFuture<Reply> submit(Call call, RequestBody body) throws IOException {
    JobsReader.Submitted submitted = reader.read(body);
    call.note().verbs(submitted.jobs().stream().map(Job::verb).toList());
    call.note().jobs(submitted.jobs().stream().map(Job::id).toList());
    return dispatch
        .submit(
            call.caller(),
            Traceparent.of(submitted.jobs(), call.headers().get(Traceparent.HEADER)),
            submitted.limit())
        .thenApplyAsync(
            receipt ->
                Reply.json(HttpResponseStatus.ACCEPTED, noted(call, receipt, submitted.jobs())),
            workers);
  }

  /** A list of names alone stands for itself. */
  private static Receipt noted(Call call, Receipt receipt, List<Job> jobs) {
    Set<String> nodes = new TreeSet<>(receipt.everyNode());
    Set<List<String>> resolved = new HashSet<>();
    for (ResolvedTargets list : receipt.resolved()) {
      nodes.addAll(list.nodes());
      resolved.add(list.written());
    }
    jobs.stream()
        .map(Job::targets)
        .distinct()
        .filter(targets -> !resolved.contains(targets))
        .forEach(nodes::addAll);
    call.note().nodes(nodes);
    call.note().jobs(receipt.jobs());
    return receipt;
  }

  CompletableFuture<Reply> check(Call call, RequestBody body) throws IOException {
    List<ValidationError> errors = new ArrayList<>();
    JobsReader.Submitted asked = reader.readAny(body, errors::add);
    return dispatch
        .check(call.caller(), asked.jobs(), asked.limit())
        .thenApplyAsync(
            found -> {
              errors.addAll(found.errors());
              return Reply.json(
                  HttpResponseStatus.OK,
                  new Bodies.Checked(errors, found.obstacles(), found.targets(), found.omitted()));
            },
            workers);
  }

  CompletableFuture<Reply> list(Call call) {
    String parent = call.parameter("parent");
    String before = call.parameter("before");
    if (call.parameter("open") != null) {
      return open(call, parent, before);
    }
    if (call.parameter(SORT) != null || call.parameter(TEXT) != null) {
      throw Call.bad("sort and text go with open=true only");
    }
    return dispatch
        .jobs(
            call.caller(),
            parent == null ? null : Call.uuid("parent", parent),
            before == null ? null : Call.uuid("before", before),
            limit(call))
        .thenApplyAsync(jobs -> Reply.json(HttpResponseStatus.OK, jobs), workers);
  }

  private CompletableFuture<Reply> open(Call call, String parent, String before) {
    String open = call.parameter("open");
    if (!open.equals("true")) {
      throw Call.bad("open: true is expected, not " + Quoted.of(open));
    }
    if (parent != null || before != null) {
      throw Call.bad("open: it does not go with parent and before");
    }
    return dispatch
        .openJobs(call.caller(), limit(call), filter(call))
        .thenApplyAsync(jobs -> Reply.json(HttpResponseStatus.OK, jobs), workers);
  }

  private static JobFilter filter(Call call) {
    String sort = call.parameter(SORT);
    String text = call.parameter(TEXT);
    List<String> words = Arrays.stream(JobOrder.values()).map(JobOrder::word).toList();
    if (sort != null && !words.contains(sort)) {
      throw Call.bad(
          "sort: one of "
              + String.join(", ", words)
              + " is expected, not "
              + Quoted.of(sort)
              + Nearest.hint(sort, words));
    }
    if (text != null && text.length() > MAX_FILTER) {
      throw Call.bad("text: " + MAX_FILTER + " characters at most are looked for");
    }
    return new JobFilter(
        sort == null ? JobOrder.AGE : JobOrder.values()[words.indexOf(sort)],
        text == null ? "" : text);
  }

  /** Of jobs that are listed; the caller is told how many more there are. */
  static int limit(Call call) {
    return Math.min(call.number("limit", 1, MAX_LISTED), MAX_LISTED);
  }

  Receiver get(Call call, Exchange connection) {
    String reference = call.path().get("id");
    return new JobReceiver(
        connection,
        () -> dispatch.find(reference, true).thenCompose(id -> dispatch.job(call.caller(), id)),
        diskWorkers);
  }

  CompletableFuture<Reply> states(Call call) {
    return dispatch
        .find(call.path().get("id"), true)
        .thenCompose(id -> dispatch.job(call.caller(), id))
        .thenApplyAsync(
            job -> Reply.json(HttpResponseStatus.OK, JobStates.of(job, states)), diskWorkers);
  }

  /** One job on one node, of which the caller may want some lines only. */
  CompletableFuture<Reply> result(Call call) {
    LineRange range = range(call);
    String node = call.path().get("node");
    return dispatch
        .find(call.path().get("id"), true)
        .thenCompose(
            id ->
                dispatch
                    .result(call.caller(), id, node)
                    .thenApplyAsync(
                        result ->
                            Reply.json(HttpResponseStatus.OK, ResultView.of(id, result, range)),
                        workers));
  }

  private static LineRange range(Call call) {
    try {
      return LineRange.of(call.parameter("tail"), call.parameter("head"), call.parameter("lines"));
    } catch (IllegalArgumentException e) {
      throw Call.bad(e.getMessage());
    }
  }

  CompletableFuture<Reply> explain(Call call) {
    String node = call.parameter("node");
    return dispatch
        .find(call.path().get("id"), true)
        .thenCompose(id -> dispatch.explain(call.caller(), id, node))
        .thenApplyAsync(explained -> Reply.json(HttpResponseStatus.OK, explained), workers);
  }

  CompletableFuture<Reply> analyse(Call call) {
    String reference = call.path().get("id");
    return (reference == null
            ? dispatch.analysis(call.caller(), null)
            : dispatch
                .find(reference, false)
                .thenCompose(id -> dispatch.analysis(call.caller(), id)))
        .thenApplyAsync(analysis -> Reply.json(HttpResponseStatus.OK, analysis), workers);
  }

  CompletableFuture<Reply> cancel(Call call) {
    return dispatch
        .find(call.path().get("id"), false)
        .thenCompose(id -> dispatch.cancel(call.caller(), id))
        .thenApplyAsync(
            cancelled -> {
              call.note().jobs(cancelled.jobs());
              return Reply.json(HttpResponseStatus.ACCEPTED, cancelled);
            },
            workers);
  }

  CompletableFuture<Reply> rerun(Call call, RequestBody body) throws IOException {
    RerunReader read = RerunReader.of(body);
    Reruns.Request wanted = read.request();
    CompletableFuture<UUID> found = dispatch.find(call.path().get("id"), false);
    return read.isCheckOnly()
        ? found
            .thenCompose(id -> dispatch.planRerun(call.caller(), id, wanted))
            .thenApplyAsync(plan -> Reply.json(HttpResponseStatus.OK, plan), workers)
        : found
            .thenCompose(id -> dispatch.rerun(call.caller(), id, wanted))
            .thenApplyAsync(
                receipt -> Reply.json(HttpResponseStatus.ACCEPTED, noted(call, receipt, List.of())),
                workers);
  }

  CompletableFuture<Reply> pause(Call call) {
    return pause(call, false);
  }

  CompletableFuture<Reply> resume(Call call) {
    return pause(call, true);
  }

  private CompletableFuture<Reply> pause(Call call, boolean resume) {
    return dispatch
        .find(call.path().get("id"), false)
        .thenCompose(id -> dispatch.pause(call.caller(), id, resume))
        .thenApplyAsync(state -> Reply.json(HttpResponseStatus.OK, state), workers);
  }

  CompletableFuture<Reply> purge(Call call) {
    return dispatch
        .purgeJobs(call.caller())
        .thenApplyAsync(
            count -> Reply.json(HttpResponseStatus.OK, new Bodies.Removed(count)), workers);
  }
}
