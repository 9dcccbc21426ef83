package io.directord.server.audit;

import io.directord.common.config.Settings;
import java.time.Duration;

/**
 * How much is kept.
 *
 * @param fileBytes size at which a file is followed by another one
 * @param maxFiles of which the oldest is deleted
 * @param keep no file is deleted whose last line is younger; zero if any may be
 */
public record AuditLimits(long fileBytes, int maxFiles, Duration keep) {
  private static final long FILE_BYTES = 16 << 20;

  /** As the settings have it. */
  public static AuditLimits of(Settings settings) {
    long bytes = (long) settings.get(Settings.AUDIT_SIZE) << 20;
    Duration keep = settings.find(Settings.AUDIT_TIME).orElse(Duration.ZERO);
    return new AuditLimits(FILE_BYTES, (int) (bytes / FILE_BYTES), keep);
  }
}
