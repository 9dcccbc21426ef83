package io.directord.server.dispatch;

import io.directord.common.config.Settings;
import io.directord.common.wire.Heartbeat;
import java.time.Duration;

/**
 * What the dispatcher is told to keep to.
 *
 * @param window jobs that a node may have outstanding
 * @param heartbeatInterval how often nodes give a sign of life; they expire after three
 * @param retainJobs how many ended jobs are kept
 * @param retainTime for how long ended jobs are kept
 */
public record Limits(int window, Duration heartbeatInterval, int retainJobs, Duration retainTime) {

  public static Limits of(Settings settings) {
    return new Limits(
        settings.get(Settings.HIGHWATER_MARK),
        settings.get(Settings.HEARTBEAT_INTERVAL),
        settings.get(Settings.RETAIN_JOBS),
        settings.get(Settings.RETAIN_TIME));
  }

  Duration expiry() {
    return heartbeatInterval.multipliedBy(Heartbeat.EXPIRY_INTERVALS);
  }
}
