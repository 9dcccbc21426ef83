package io.directord.server.api;

import io.directord.common.api.EventFilter;
import io.directord.common.api.PastJobs;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import io.directord.server.access.Caller;
import io.directord.server.api.UserShares.Bound;
import io.directord.server.dispatch.Dispatch;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Following what happens. */
final class EventsApi {
  /** Maximum number of followers among all connections, so that others are still served. */
  private static final double MAX_SHARE = 0.75;

  private static final List<String> DETAILS =
      Arrays.stream(EventFilter.Detail.values()).map(EventFilter.Detail::word).toList();

  private final Dispatch dispatch;
  private final ShareWarnings warnings;

  /** Whose the followers are that there are. */
  private final List<Caller> followers = new ArrayList<>();

  EventsApi(Dispatch dispatch, ShareWarnings warnings) {
    this.warnings = warnings;
    this.dispatch = dispatch;
  }

  Receiver receive(Call call, Exchange connection) {
    Set<UUID> parents =
        call.query().getOrDefault("parent", List.of()).stream()
            .map(parent -> Call.uuid("parent", parent))
            .collect(Collectors.toSet());
    EventFilter filter =
        new EventFilter(parents, detail(call.parameter("detail")), jobs(call.headers()));
    take(call.caller(), connection.limits());
    return new FollowReceiver(
        call.caller(), connection, dispatch, filter, () -> giveBack(call.caller()));
  }

  private void take(Caller caller, ApiLimits limits) {
    UserShares shares = new UserShares("followers", (int) (limits.connections() * MAX_SHARE));
    synchronized (followers) {
      Bound reached = shares.reached(caller, followers);
      if (reached == null) {
        followers.add(caller);
        return;
      }
      String why = shares.refusal(reached, caller, followers);
      warnings.refused(caller, why);
      throw new ApiProblem(
          HttpResponseStatus.SERVICE_UNAVAILABLE,
          ErrorCode.SERVER_BUSY,
          why,
          Map.of(HttpHeaderNames.RETRY_AFTER.toString(), "1"));
    }
  }

  private void giveBack(Caller caller) {
    synchronized (followers) {
      followers.remove(caller);
    }
  }

  private static PastJobs jobs(HttpHeaders head) {
    try {
      return PastJobs.parse(
          head.get(EventFilter.JOBS_HEADER, ""), head.get(EventFilter.MARKS_HEADER, ""));
    } catch (IllegalArgumentException e) {
      throw Call.bad(
          EventFilter.JOBS_HEADER
              + " or "
              + EventFilter.MARKS_HEADER
              + ": "
              + Quoted.begin(String.valueOf(e.getMessage())));
    }
  }

  private static EventFilter.Detail detail(String name) {
    if (name == null) {
      return EventFilter.Detail.JOBS;
    }
    return Arrays.stream(EventFilter.Detail.values())
        .filter(detail -> detail.word().equals(name))
        .findAny()
        .orElseThrow(
            () ->
                Call.bad(
                    "detail: one of "
                        + String.join(", ", DETAILS)
                        + " is expected, not "
                        + Quoted.of(name)
                        + Nearest.hint(name, DETAILS)));
  }
}
