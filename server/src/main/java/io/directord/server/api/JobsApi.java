package io.directord.server.api;

import io.directord.common.api.Bodies;
import io.directord.common.job.Job;
import io.directord.common.validation.Quoted;
import io.directord.common.validation.ValidationError;
import io.directord.server.dispatch.Dispatch;
import io.directord.server.verb.InstalledVerbs;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Jobs: submission, queries, cancellation and deletion. */
final class JobsApi {
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
    List<Job> jobs = reader.read(body);
    return dispatch
        .submit(call.caller(), jobs)
        .thenApplyAsync(receipt -> Reply.json(HttpResponseStatus.ACCEPTED, receipt), workers);
  }

  CompletableFuture<Reply> check(Call call, RequestBody body) throws IOException {
    List<ValidationError> errors = new ArrayList<>();
    List<Job> jobs = reader.readAny(body, errors::add);
    return dispatch
        .check(call.caller(), jobs)
        .thenApplyAsync(
            obstacles -> Reply.json(HttpResponseStatus.OK, new Bodies.Checked(errors, obstacles)),
            workers);
  }

  CompletableFuture<Reply> list(Call call, RequestBody body) {
    String parent = call.parameter("parent");
    return dispatch
        .jobs(call.caller(), parent == null ? null : Call.uuid("parent", parent), limit(call))
        .thenApplyAsync(jobs -> Reply.json(HttpResponseStatus.OK, new Bodies.Jobs(jobs)), workers);
  }

  /** Of jobs that are listed. */
  static int limit(Call call) {
    String limit = call.parameter("limit");
    if (limit == null) {
      return Integer.MAX_VALUE;
    }
    if (!limit.matches("[1-9]\\d{0,8}")) {
      throw Call.bad("limit: a number from 1 is expected, not " + Quoted.of(limit));
    }
    return Integer.parseInt(limit);
  }

  Receiver get(Call call, Exchange connection) {
    String reference = call.path().get("id");
    return new JobReceiver(
        connection,
        () -> dispatch.find(reference, true).thenCompose(id -> dispatch.job(call.caller(), id)),
        diskWorkers);
  }

  CompletableFuture<Reply> analyse(Call call, RequestBody body) {
    String reference = call.path().get("id");
    return (reference == null
            ? dispatch.analysis(call.caller(), null)
            : dispatch
                .find(reference, false)
                .thenCompose(id -> dispatch.analysis(call.caller(), id)))
        .thenApplyAsync(analysis -> Reply.json(HttpResponseStatus.OK, analysis), workers);
  }

  CompletableFuture<Reply> cancel(Call call, RequestBody body) {
    return dispatch
        .find(call.path().get("id"), false)
        .thenCompose(id -> dispatch.cancel(call.caller(), id))
        .thenApplyAsync(cancelled -> Reply.json(HttpResponseStatus.ACCEPTED, cancelled), workers);
  }

  CompletableFuture<Reply> purge(Call call, RequestBody body) {
    return dispatch
        .purgeJobs(call.caller())
        .thenApplyAsync(
            count -> Reply.json(HttpResponseStatus.OK, new Bodies.Removed(count)), workers);
  }
}
