package io.directord.server.api;

import io.directord.common.api.Bodies;
import io.directord.common.api.Objection;
import io.directord.common.job.Job;
import io.directord.server.dispatch.Dispatch;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Jobs: submitting, looking at, cancelling and forgetting them. */
final class JobsApi {
  private final JobsReader reader;
  private final Dispatch dispatch;
  private final Executor workers;

  JobsApi(Collection<String> verbs, Dispatch dispatch, Executor workers) {
    this.reader = new JobsReader(verbs);
    this.dispatch = dispatch;
    this.workers = workers;
  }

  CompletableFuture<Reply> submit(Call call, byte[] body) {
    List<Job> jobs = reader.read(body);
    return dispatch
        .submit(jobs, call.peer().name())
        .thenApplyAsync(
            ids -> Reply.json(HttpResponseStatus.ACCEPTED, new Bodies.JobIds(ids)), workers);
  }

  CompletableFuture<Reply> check(Call call, byte[] body) {
    List<Job> jobs = reader.readAnyVerbs(body);
    List<Objection> all = new ArrayList<>();
    for (Job job : jobs) {
      reader.unknownVerb(job).ifPresent(message -> all.add(new Objection(job.id(), message)));
    }
    return dispatch
        .check(jobs)
        .thenApplyAsync(
            more -> {
              all.addAll(more);
              return Reply.json(HttpResponseStatus.OK, new Bodies.Objections(all));
            },
            workers);
  }

  CompletableFuture<Reply> list(Call call, byte[] body) {
    String parent = call.parameter("parent");
    return dispatch
        .jobs(parent == null ? null : Call.uuid("parent", parent))
        .thenApplyAsync(jobs -> Reply.json(HttpResponseStatus.OK, new Bodies.Jobs(jobs)), workers);
  }

  CompletableFuture<Reply> get(Call call, byte[] body) {
    String id = call.path().get("id");
    return dispatch
        .job(id.equals("last") ? null : Call.uuid("id", id))
        .thenApplyAsync(job -> Reply.json(HttpResponseStatus.OK, job), workers);
  }

  CompletableFuture<Reply> analyse(Call call, byte[] body) {
    String id = call.path().get("id");
    return dispatch
        .analysis(id == null ? null : Call.uuid("id", id))
        .thenApplyAsync(analysis -> Reply.json(HttpResponseStatus.OK, analysis), workers);
  }

  CompletableFuture<Reply> cancel(Call call, byte[] body) {
    UUID id = Call.uuid("id", call.path().get("id"));
    return dispatch
        .cancel(id)
        .thenApplyAsync(
            ids -> Reply.json(HttpResponseStatus.ACCEPTED, new Bodies.JobIds(ids)), workers);
  }

  CompletableFuture<Reply> purge(Call call, byte[] body) {
    return dispatch
        .purgeJobs()
        .thenApplyAsync(
            count -> Reply.json(HttpResponseStatus.OK, new Bodies.Removed(count)), workers);
  }
}
