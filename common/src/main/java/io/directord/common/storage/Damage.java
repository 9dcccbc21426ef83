package io.directord.common.storage;

import java.nio.file.Path;

/**
 * Damage that was found when a file was opened, and what became of it.
 *
 * @param what says what is damaged, for people
 * @param aside where the file is kept as it was found; null if it is not there at all
 * @param kept records that could be saved
 * @param missing records that could not; negative if that cannot be known
 */
public record Damage(Path file, String what, Path aside, long kept, long missing) {
  static final long UNKNOWN = -1;

  /** A file that should be there and is not. */
  public static Damage ofMissing(Path file) {
    return new Damage(file, "it is not there", null, 0, UNKNOWN);
  }

  /** Whether something may be missing. */
  public boolean isLoss() {
    return missing != 0;
  }

  /** For people: what, where, and what is missing. */
  @Override
  public String toString() {
    return file
        + " is damaged: "
        + what
        + ". "
        + (aside == null ? "" : "It is kept as " + aside.getFileName() + "; ")
        + (missing < 0
            ? kept + " records were saved, and others may be missing"
            : kept + " records were saved, and " + missing + " are missing");
  }
}
