package io.directord.legacy.dialect;

import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.json.Json;
import io.directord.server.access.Caller;
import io.directord.server.api.OneShotProtocol;
import io.directord.server.dispatch.Dispatch;
import io.directord.server.dispatch.RefusedException;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Writes all jobs with all their results for the original's programs, one at a time, since together
 * they may not fit into memory.
 */
final class JobList {
  private final Caller caller;
  private final Dispatch dispatch;
  private final Executor workers;
  private final OneShotProtocol.Sink sink;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private Iterator<UUID> jobs;
  private String separator = "[";

  JobList(Caller caller, Dispatch dispatch, Executor workers, OneShotProtocol.Sink sink) {
    this.caller = caller;
    this.dispatch = dispatch;
    this.workers = workers;
    this.sink = sink;
  }

  /** Completes when everything is written. */
  CompletableFuture<Void> write() {
    dispatch.jobs(caller, null).whenCompleteAsync(this::begin, workers);
    return done;
  }

  private void begin(List<JobSummary> found, Throwable failure) {
    if (failure != null) {
      done.completeExceptionally(failure);
    } else {
      // Written for as long as its reader takes, so no more than this is held meanwhile.
      jobs = found.stream().map(JobSummary::id).toList().iterator();
      next();
    }
  }

  private void next() {
    if (jobs.hasNext()) {
      dispatch.job(caller, jobs.next()).whenCompleteAsync(this::one, workers);
    } else {
      sink.write(bytes(separator.equals("[") ? "[]" : "]")).whenComplete(this::end);
    }
  }

  private void one(JobView job, Throwable failure) {
    if (failure instanceof RefusedException e && e.kind() == RefusedException.Kind.NOT_FOUND) {
      // Purged meanwhile.
      next();
      return;
    }
    if (failure != null) {
      done.completeExceptionally(failure);
      return;
    }
    byte[] part;
    try {
      part = Json.bytes(List.of(job.summary().id().toString(), JobInfo.of(job)));
    } catch (RefusedException e) {
      // Purged meanwhile.
      next();
      return;
    } catch (RuntimeException e) {
      done.completeExceptionally(e);
      return;
    }
    byte[] before = bytes(separator);
    separator = ",";
    sink.write(before)
        .thenComposeAsync(written -> sink.write(part), workers)
        .whenCompleteAsync(
            (written, broken) -> {
              if (broken == null) {
                next();
              } else {
                done.completeExceptionally(broken);
              }
            },
            workers);
  }

  private void end(Void written, Throwable failure) {
    if (failure == null) {
      done.complete(null);
    } else {
      done.completeExceptionally(failure);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }
}
