package io.directord.common.storage;

import java.nio.file.Path;

/**
 * Damage found when a file was opened, and its consequences.
 *
 * @param what describes the damage, for people
 * @param aside path of the damaged file; null if it is missing
 * @param kept number of saved records
 * @param missing number of lost records; negative if unknown
 */
public record Damage(Path file, String what, Path aside, long kept, long missing) {
  static final long UNKNOWN = -1;

  /** Whether something may be missing. */
  public boolean isLoss() {
    return missing != 0;
  }

  private static String records(long count) {
    return count == 1 ? "1 record is" : count + " records are";
  }

  /** The message for people: what is damaged, where, and what is missing. */
  @Override
  public String toString() {
    return file
        + " is damaged: "
        + what
        + ". "
        + (aside == null ? "" : "It is kept as " + aside.getFileName() + "; ")
        + (missing < 0
            ? records(kept) + " sound, and others may be missing"
            : records(kept) + " sound, and " + missing + (missing == 1 ? " is" : " are") + " not");
  }
}
