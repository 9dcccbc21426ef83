package io.directord.server.api;

import io.directord.common.api.Bodies;
import io.directord.common.api.ScheduleTiming;
import io.directord.common.api.ScheduleTiming.Missed;
import io.directord.common.api.ScheduleTiming.Overlap;
import io.directord.common.job.Job;
import io.directord.common.job.Span;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Place;
import io.directord.common.validation.Quoted;
import io.directord.common.validation.ValidationError;
import io.directord.server.dispatch.Dispatch;
import io.directord.server.dispatch.Dispatch.ScheduleAction;
import io.directord.server.schedule.Occurrences;
import io.directord.server.verb.InstalledVerbs;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Schedules: what starts by itself. */
final class SchedulesApi {
  /** In the query of a request that adds one; its body is that of a submission. */
  static final Set<String> TIMING = Set.of("cron", "zone", "missed", "overlap", "splay");

  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
  private static final Duration MAX_SPLAY = Duration.ofDays(1);

  private final JobsReader reader;
  private final Dispatch dispatch;
  private final Executor workers;

  SchedulesApi(InstalledVerbs verbs, Dispatch dispatch, Executor workers) {
    this.reader = new JobsReader(verbs);
    this.dispatch = dispatch;
    this.workers = workers;
  }

  CompletableFuture<Reply> add(Call call, RequestBody body) throws IOException {
    String name = call.path().get("name");
    List<ValidationError> errors = new ArrayList<>();
    ScheduleTiming timing = timing(call, errors);
    if (!name.matches(NAME)) {
      errors.add(
          new Place.Key("name")
              .error(
                  "up to 64 letters, digits, points, dashes and underscores are expected, not "
                      + Quoted.of(name))
              .withCode(ErrorCode.INVALID_REQUEST));
    }
    if (!errors.isEmpty()) {
      throw ApiProblem.of(errors);
    }
    JobsReader.Submitted submitted = reader.read(body);
    call.note().verbs(submitted.jobs().stream().map(Job::verb).toList());
    call.note().jobs(submitted.jobs().stream().map(Job::id).toList());
    call.note().what("schedule " + name + ", cron " + timing.cron());
    return dispatch
        .addSchedule(call.caller(), name, timing, submitted.jobs(), submitted.limit())
        .thenApplyAsync(view -> Reply.json(HttpResponseStatus.CREATED, view), workers);
  }

  /** With its defaults; what is wrong is among the errors. */
  private static ScheduleTiming timing(Call call, List<ValidationError> errors) {
    Duration splay = read(call, "splay", "0", SchedulesApi::splay, errors);
    Missed missed = read(call, "missed", "run-once", Missed::parse, errors);
    Overlap overlap = read(call, "overlap", "skip", Overlap::parse, errors);
    String cron = read(call, "cron", null, Occurrences::requireExpression, errors);
    String zone = read(call, "zone", "UTC", Occurrences::requireZone, errors);
    return new ScheduleTiming(cron, zone, missed, overlap, splay);
  }

  /**
   * @param otherwise null if it must be given
   */
  private static <T> T read(
      Call call,
      String parameter,
      String otherwise,
      Function<String, T> reads,
      List<ValidationError> errors) {
    String text = call.parameter(parameter);
    try {
      if (text == null && otherwise == null) {
        throw new IllegalArgumentException("is missing");
      }
      return reads.apply(text == null ? otherwise : text);
    } catch (IllegalArgumentException e) {
      errors.add(
          new Place.Key(parameter).error(e.getMessage()).withCode(ErrorCode.INVALID_REQUEST));
      return null;
    }
  }

  private static Duration splay(String text) {
    Duration splay = text.equals("0") ? Duration.ZERO : Span.parse(text);
    if (splay.compareTo(MAX_SPLAY) > 0) {
      throw new IllegalArgumentException("at most 1d is expected, not " + text);
    }
    return splay;
  }

  CompletableFuture<Reply> list(Call call) {
    return dispatch
        .schedules(call.caller())
        .thenApplyAsync(
            all -> Reply.json(HttpResponseStatus.OK, new Bodies.Schedules(all)), workers);
  }

  CompletableFuture<Reply> show(Call call) {
    return dispatch
        .schedule(call.caller(), call.path().get("name"))
        .thenApplyAsync(info -> Reply.json(HttpResponseStatus.OK, info), workers);
  }

  CompletableFuture<Reply> remove(Call call) {
    return change(call, ScheduleAction.REMOVE);
  }

  CompletableFuture<Reply> pause(Call call) {
    return change(call, ScheduleAction.PAUSE);
  }

  CompletableFuture<Reply> resume(Call call) {
    return change(call, ScheduleAction.RESUME);
  }

  CompletableFuture<Reply> run(Call call) {
    return change(call, ScheduleAction.RUN);
  }

  private CompletableFuture<Reply> change(Call call, ScheduleAction action) {
    return dispatch
        .changeSchedule(call.caller(), call.path().get("name"), action)
        .thenApplyAsync(view -> Reply.json(HttpResponseStatus.OK, view), workers);
  }
}
