package io.directord.common.api;

import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The jobs of which a follower is told what has happened before. A few are named; of any greater
 * number the places are marked that follow from their ids, so that some other jobs count too.
 */
public final class PastJobs {
  /** Those of all parents. */
  public static final PastJobs ALL = new PastJobs(Set.of(), new byte[0]);

  /** How many jobs may be named; far fewer characters than a head may have. */
  static final int MAX_NAMED = 100;

  private static final int MAX_MARKS_BYTES = 4 << 10;

  /** So one of 32 other jobs counts too, as long as there are no more than a thousand. */
  private static final int PLACES_PER_JOB = 32;

  private final Set<UUID> named;
  private final byte[] marks;

  private PastJobs(Set<UUID> named, byte[] marks) {
    this.named = named;
    this.marks = marks;
  }

  /** These, and of many jobs some others; all if it is empty. */
  public static PastJobs of(Set<UUID> jobs) {
    if (jobs.size() <= MAX_NAMED) {
      return new PastJobs(Set.copyOf(jobs), new byte[0]);
    }
    int bytes = MAX_MARKS_BYTES;
    while (bytes / 2 * Byte.SIZE / PLACES_PER_JOB >= jobs.size()) {
      bytes /= 2;
    }
    byte[] marks = new byte[bytes];
    for (UUID job : jobs) {
      int place = place(job, marks);
      marks[place / Byte.SIZE] |= (byte) (1 << place % Byte.SIZE);
    }
    return new PastJobs(Set.of(), marks);
  }

  /**
   * As requests have them.
   *
   * @param ids separated by commas
   * @param marks in base64
   * @throws IllegalArgumentException saying what is wrong with them
   */
  public static PastJobs parse(String ids, String marks) {
    Set<UUID> named =
        Stream.of(ids.split(","))
            .map(String::strip)
            .filter(id -> !id.isEmpty())
            .map(UUID::fromString)
            .collect(Collectors.toUnmodifiableSet());
    if (named.size() > MAX_NAMED) {
      throw new IllegalArgumentException(MAX_NAMED + " jobs at most can be named");
    }
    byte[] marked = Base64.getDecoder().decode(marks);
    if (marked.length > MAX_MARKS_BYTES || Integer.bitCount(marked.length) > 1) {
      throw new IllegalArgumentException(
          "marks have a power of two of bytes, " + MAX_MARKS_BYTES + " at most");
    }
    return new PastJobs(named, marked);
  }

  /** The ids of those that are named, as requests have them; may be empty. */
  String ids() {
    return named.stream().map(UUID::toString).collect(Collectors.joining(","));
  }

  /** The marks, as requests have them; may be empty. */
  String marks() {
    return Base64.getEncoder().encodeToString(marks);
  }

  /** Whether a job is among them. */
  public boolean contains(UUID job) {
    if (named.isEmpty() && marks.length == 0) {
      return true;
    }
    if (named.contains(job)) {
      return true;
    }
    int place = marks.length == 0 ? 0 : place(job, marks);
    return marks.length > 0 && (marks[place / Byte.SIZE] & 1 << place % Byte.SIZE) != 0;
  }

  private static int place(UUID job, byte[] marks) {
    return (int) job.getLeastSignificantBits() & marks.length * Byte.SIZE - 1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PastJobs past
        && named.equals(past.named)
        && Arrays.equals(marks, past.marks);
  }

  @Override
  public int hashCode() {
    return 31 * named.hashCode() + Arrays.hashCode(marks);
  }
}
