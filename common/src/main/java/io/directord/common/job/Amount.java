package io.directord.common.job;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.directord.common.validation.Quoted;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of nodes, or a percentage of all nodes that are meant. */
public record Amount(int value, boolean isPercent) {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,9})\\s*(%?)");
  private static final int ALL = 100;

  /**
   * Reads {@code 3} or {@code 10%}.
   *
   * @param min the least that makes sense
   * @throws IllegalArgumentException saying what is expected
   */
  public static Amount parse(String text, int min) {
    Matcher parts = TEXT.matcher(text.strip());
    if (parts.matches()) {
      Amount amount = new Amount(Integer.parseInt(parts.group(1)), !parts.group(2).isEmpty());
      if (amount.value >= min && (!amount.isPercent || amount.value <= ALL)) {
        return amount;
      }
    }
    throw new IllegalArgumentException(
        "a number of nodes from "
            + min
            + ", or a percentage from "
            + min
            + "% to 100%, is expected, not "
            + Quoted.of(text));
  }

  @JsonCreator
  static Amount of(String text) {
    return parse(text, 0);
  }

  /** So many of that many nodes; a percentage is rounded down. */
  public int of(int all) {
    return isPercent ? (int) ((long) all * value / ALL) : value;
  }

  /** Whether these are so many of that many nodes; no fraction is rounded away. */
  public boolean isReached(int some, int all) {
    return isPercent ? (long) some * ALL >= (long) all * value : some >= value;
  }

  /** As it is written. */
  @JsonValue
  @Override
  public String toString() {
    return isPercent ? value + "%" : String.valueOf(value);
  }
}
