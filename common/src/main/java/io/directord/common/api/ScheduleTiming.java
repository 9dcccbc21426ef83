package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.directord.common.validation.Quoted;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/**
 * When a schedule starts its jobs.
 *
 * @param cron minute, hour, day of the month, month, day of the week
 * @param zone in which these are meant, such as {@code Europe/Berlin}
 * @param missed what becomes of occurrences for which the server was not there
 * @param overlap what becomes of an occurrence while the run before has not ended
 * @param splay an occurrence starts up to so much later, each by an amount of its own
 */
public record ScheduleTiming(
    String cron, String zone, Missed missed, Overlap overlap, Duration splay) {

  /** What becomes of missed occurrences. */
  public enum Missed {
    /** However many they are, there is one run for them. */
    RUN_ONCE,
    /** Nothing is run for them. */
    SKIP;

    @JsonCreator
    public static Missed parse(String text) {
      return ScheduleTiming.parse(values(), text);
    }

    @JsonValue
    @Override
    public String toString() {
      return word(this);
    }
  }

  /** What becomes of an occurrence while the run before has not ended. */
  public enum Overlap {
    /** It is left out. */
    SKIP,
    /** It starts when that run has ended; one occurrence waits at most. */
    QUEUE;

    @JsonCreator
    public static Overlap parse(String text) {
      return ScheduleTiming.parse(values(), text);
    }

    @JsonValue
    @Override
    public String toString() {
      return word(this);
    }
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static <E extends Enum<E>> E parse(E[] values, String text) {
    return Arrays.stream(values)
        .filter(value -> value.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    String.join(" or ", Arrays.stream(values).map(Enum::toString).toList())
                        + " is expected, not "
                        + Quoted.of(text)));
  }
}
