package io.directord.server.api;

import io.directord.common.api.Bodies;
import io.directord.common.config.IncomingHook;
import io.directord.common.config.IncomingHook.Signing;
import io.directord.common.job.Job;
import io.directord.common.job.Parent;
import io.directord.common.job.Traceparent;
import io.directord.common.orchestration.HookPlan;
import io.directord.common.orchestration.Planner;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Place;
import io.directord.server.access.Caller;
import io.directord.server.dispatch.Dispatch;
import io.directord.server.dispatch.RefusedException;
import io.directord.server.hook.IncomingHooks;
import io.directord.server.hook.StartableHook;
import io.directord.server.verb.InstalledVerbs;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Starts the hooks of the configuration: for tokens that may, and for requests that are signed. */
final class HookStarts {
  /** Of a body; events of forges have tens of kilobytes. */
  static final int MAX_BODY = 1 << 20;

  private static final String PREFIX = "/v1/hooks/";
  private static final String KEY = "idempotency-key";
  private static final String VALID_KEY = "[!-~]{1,200}";
  private static final String EVENT = "x-github-event";
  private static final String PING = "ping";
  private static final int BUSY_SECONDS = 30;

  private final IncomingHooks hooks;
  private final InstalledVerbs verbs;
  private final Dispatch dispatch;
  private final InstantSource clock;
  private final Executor workers;

  HookStarts(
      IncomingHooks hooks,
      InstalledVerbs verbs,
      Dispatch dispatch,
      InstantSource clock,
      Executor workers) {
    this.hooks = hooks;
    this.verbs = verbs;
    this.dispatch = dispatch;
    this.clock = clock;
    this.workers = workers;
  }

  /** Whether a request may prove by a signature who it is. */
  static boolean isOne(HttpRequest request) {
    return request.method().equals(HttpMethod.POST) && request.uri().startsWith(PREFIX);
  }

  /**
   * Who asks for a run.
   *
   * @param by as the audit log has it
   * @param delivery the same for each attempt; null if the request says none
   * @param isSigned whether the body was signed, and no token shown
   */
  private record Delivery(String by, String delivery, boolean isSigned) {}

  CompletableFuture<Reply> start(Call call, RequestBody received) throws IOException {
    String name = call.path().get("name");
    StartableHook hook = hooks.find(name);
    byte[] body = received.bytes();
    Delivery delivery = delivery(call, name, hook, body);
    call.note().by(delivery.by());
    call.note().what("hook " + name);
    try {
      return start(call, hook, delivery, body);
    } catch (ApiProblem e) {
      hook.refused(e.getMessage(), clock.instant());
      throw e;
    }
  }

  private CompletableFuture<Reply> start(
      Call call, StartableHook hook, Delivery delivery, byte[] body) throws IOException {
    if (delivery.isSigned()
        && hook.settings().signing() == Signing.GITHUB
        && PING.equals(only(call, EVENT))) {
      return reply(HttpResponseStatus.OK, hook, false, List.of(), "this was a ping");
    }
    Map<String, String> values = values(hook.settings(), delivery, body);
    List<Job> jobs =
        HookJobs.of(
            hook.settings().name(),
            delivery.delivery() == null ? "once " + UUID.randomUUID() : delivery.delivery(),
            planned(hook, values));
    List<Job> traced = Traceparent.of(jobs, call.headers().get(Traceparent.HEADER));
    CompletableFuture<Reply> done = hook.inTurn(() -> submit(call, hook, traced));
    if (done == null) {
      throw tooMany("too many requests wait for this hook", 1);
    }
    return done;
  }

  private Delivery delivery(Call call, String name, StartableHook hook, byte[] body) {
    Caller caller = call.caller();
    if (caller.rights().mayStart(name)) {
      if (hook == null) {
        throw new ApiProblem(
            HttpResponseStatus.NOT_FOUND,
            ErrorCode.UNKNOWN_HOOK,
            "there is no hook "
                + name
                + " that can be started"
                + Nearest.hint(name, hooks.names()));
      }
      String key = only(call, KEY);
      if (key != null && !key.matches(VALID_KEY)) {
        throw Call.bad("Idempotency-Key: 1 to 200 characters without whitespace are expected");
      }
      return new Delivery(caller.user(), key == null ? null : caller.holder() + " " + key, false);
    }
    if (caller.token() != null || !caller.isStranger()) {
      throw new ApiProblem(
          HttpResponseStatus.FORBIDDEN,
          ErrorCode.NO_PERMISSION,
          caller.title() + " may not start hook " + name + "; it has " + caller.rights().roles());
    }
    String proved =
        hook == null ? null : hook.delivery(header -> only(call, header), body, clock.instant());
    if (proved == null) {
      throw new ApiProblem(
          HttpResponseStatus.UNAUTHORIZED,
          ErrorCode.NOT_AUTHENTICATED,
          "a token that may start this hook is needed, or the signature that its configuration"
              + " asks for; the timestamp of a signature may be five minutes off",
          Map.of(HttpHeaderNames.WWW_AUTHENTICATE.toString(), "Bearer realm=\"directord\""));
    }
    return new Delivery("hook:" + name, "signed " + proved, true);
  }

  /** The value of a header that is there once; else null. */
  private static String only(Call call, String header) {
    List<String> given = call.headers().getAll(header);
    return given.size() == 1 ? given.get(0) : null;
  }

  private static Map<String, String> values(IncomingHook hook, Delivery delivery, byte[] body) {
    List<String> errors = new ArrayList<>();
    Map<String, String> given =
        delivery.isSigned() && hook.signing() == Signing.GITHUB
            ? HookBody.pointed(hook, body, errors)
            : HookBody.parameters(hook, body, errors);
    Map<String, String> values = errors.isEmpty() ? HookPlan.values(hook, given, errors) : Map.of();
    if (!errors.isEmpty()) {
      throw ApiProblem.of(
          errors.stream()
              .map(
                  error ->
                      new Place.Key("parameters").error(error).withCode(ErrorCode.INVALID_REQUEST))
              .toList());
    }
    return values;
  }

  private List<Job> planned(StartableHook hook, Map<String, String> values) throws IOException {
    Planner.Attempt attempt = hook.plan(values);
    if (!attempt.errors().isEmpty()) {
      throw ApiProblem.of(attempt.errors());
    }
    return HookJobs.completed(attempt.plan().jobs(), verbs.completion());
  }

  /** Called when all earlier requests of the hook are decided. */
  private CompletableFuture<Reply> submit(Call call, StartableHook hook, List<Job> jobs) {
    Caller runs = Caller.ofHook(hook.settings().name());
    List<UUID> parents = jobs.stream().map(Job::parent).map(Parent::id).distinct().toList();
    return dispatch
        .hookRuns(runs, jobs.get(0).id())
        .thenCompose(
            found -> {
              if (found.isKnown()) {
                hook.repeated();
                return reply(
                    HttpResponseStatus.OK,
                    hook,
                    false,
                    parents.subList(0, 1),
                    "this delivery has started a run before");
              }
              requireRoom(hook, found.open());
              call.note().verbs(jobs.stream().map(Job::verb).toList());
              call.note().jobs(jobs.stream().map(Job::id).toList());
              return dispatch
                  .submit(runs, jobs, List.of())
                  .whenComplete((receipt, failure) -> countOnlyBegun(hook, failure))
                  .thenCompose(
                      receipt -> {
                        hook.started();
                        return reply(HttpResponseStatus.ACCEPTED, hook, true, parents, null);
                      });
            })
        .whenComplete(
            (reply, failure) -> {
              if (failure != null) {
                hook.refused(cause(failure).getMessage(), clock.instant());
              }
            });
  }

  private static Throwable cause(Throwable failure) {
    return failure.getCause() == null ? failure : failure.getCause();
  }

  /**
   * Takes a refused run back from those of its minute; an undecided one counts, as it may begin.
   */
  private static void countOnlyBegun(StartableHook hook, Throwable failure) {
    if (failure != null
        && cause(failure) instanceof RefusedException refused
        && refused.kind() != RefusedException.Kind.UNDECIDED) {
      hook.notStarted();
    }
  }

  private static void requireRoom(StartableHook hook, int open) {
    int max = hook.settings().maxOpen();
    if (open >= max) {
      throw tooMany(
          "hook " + hook.settings().name() + " has " + open + " open runs, and max_open is " + max,
          BUSY_SECONDS);
    }
    int seconds = hook.waitSeconds(System.nanoTime());
    if (seconds > 0) {
      throw tooMany(
          "hook "
              + hook.settings().name()
              + " starts no more than "
              + hook.settings().perMinute()
              + " runs in a minute (per_minute)",
          seconds);
    }
  }

  private static ApiProblem tooMany(String why, int seconds) {
    return new ApiProblem(
        HttpResponseStatus.TOO_MANY_REQUESTS,
        ErrorCode.SERVER_BUSY,
        why + "; nothing was started: try again in " + seconds + " s",
        Map.of(HttpHeaderNames.RETRY_AFTER.toString(), String.valueOf(seconds)));
  }

  private CompletableFuture<Reply> reply(
      HttpResponseStatus status, StartableHook hook, boolean started, List<UUID> runs, String why) {
    return CompletableFuture.supplyAsync(
        () ->
            Reply.json(status, new Bodies.HookStarted(hook.settings().name(), started, runs, why)),
        workers);
  }
}
