package io.directord.server.dispatch;

import io.directord.common.config.HookSettings;
import io.directord.common.config.Settings;
import io.directord.common.target.TargetGroups;
import io.directord.common.wire.Heartbeat;
import java.time.Duration;

/**
 * Settings of the dispatcher.
 *
 * @param window maximum number of outstanding jobs of a node
 * @param heartbeatInterval interval of heartbeats; nodes expire after three
 * @param retainJobs maximum number of ended jobs
 * @param retainTime maximum age of ended jobs
 * @param groups of nodes that targets may name
 * @param hooks who is told of what happens
 * @param server that leads, of several, for people; null if there is one alone
 */
public record DispatchLimits(
    int window,
    Duration heartbeatInterval,
    int retainJobs,
    Duration retainTime,
    TargetGroups groups,
    HookSettings hooks,
    String server) {

  public static DispatchLimits of(Settings settings) {
    return new DispatchLimits(
        settings.get(Settings.HIGHWATER_MARK),
        settings.get(Settings.HEARTBEAT_INTERVAL),
        settings.get(Settings.RETAIN_JOBS),
        settings.get(Settings.RETAIN_TIME),
        settings.get(Settings.GROUPS),
        settings.get(Settings.HOOKS),
        null);
  }

  /** With the name of the server that leads, of several. */
  public DispatchLimits ofServer(String name) {
    return new DispatchLimits(
        window, heartbeatInterval, retainJobs, retainTime, groups, hooks, name);
  }

  /** With these hooks. */
  public DispatchLimits withHooks(HookSettings others) {
    return new DispatchLimits(
        window, heartbeatInterval, retainJobs, retainTime, groups, others, server);
  }

  Duration expiry() {
    return heartbeatInterval.multipliedBy(Heartbeat.EXPIRY_INTERVALS);
  }
}
