package io.directord.common.config;

import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A value that callers of a hook may give. Whatever the configuration says, no value has a
 * character that a shell, a template, YAML or an option could take for more than a letter: so it
 * stays one word wherever an orchestration puts it.
 *
 * @param name as {@code hook.NAME} in the orchestration
 * @param pattern which the whole value must match; null if the values are listed
 * @param values the only ones; empty if there is a pattern
 * @param fallback when a caller gives none; null if one is required
 * @param from where it is in the body of a signed request, as a JSON pointer; null if it is among
 *     the parameters
 */
public record HookParameter(
    String name, Pattern pattern, List<String> values, String fallback, String from) {
  public static final int MAX_LENGTH = 200;

  /** All that a value may ever have. */
  private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+@:/,-]*");

  /** Unless the configuration says otherwise. */
  static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]*");

  static final String NAME = "[a-z][a-z0-9_]{0,30}";

  /** Characters that may be looked at for one value, however its pattern is written. */
  private static final int MAX_STEPS = 100_000;

  public HookParameter {
    values = List.copyOf(values);
  }

  /** What is wrong with a value, for people; null if nothing is. */
  public String error(String value) {
    if (value.length() > MAX_LENGTH) {
      return name + ": " + MAX_LENGTH + " characters at most are taken, not " + value.length();
    }
    if (!values.isEmpty() && !values.contains(value)) {
      return name
          + ": one of "
          + String.join(", ", values)
          + " is expected, not "
          + quoted(value)
          + Nearest.hint(value, values);
    }
    if (!isHarmless(value)) {
      return name
          + ": only letters, digits and . _ + @ : / , - are taken, a letter or digit first and no"
          + " '..', not "
          + quoted(value);
    }
    return matches(value)
        ? null
        : name + ": a text that matches " + pattern + " is expected, not " + quoted(value);
  }

  private static String quoted(String value) {
    return Quoted.begin(value);
  }

  static boolean isHarmless(String value) {
    return HARMLESS.matcher(value).matches() && !value.contains("..");
  }

  private boolean matches(String value) {
    if (pattern == null) {
      return true;
    }
    try {
      Matcher matcher = pattern.matcher(new Steps(value, new int[1]));
      return matcher.matches();
    } catch (TooManyStepsException e) {
      return false;
    }
  }

  /** Some patterns take a time that doubles with each character. */
  private record Steps(String text, int[] taken) implements CharSequence {
    @Override
    public char charAt(int index) {
      if (++taken[0] > MAX_STEPS) {
        throw new TooManyStepsException();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Steps(text.substring(start, end), taken);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private static final class TooManyStepsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooManyStepsException() {
      super(null, null, false, false);
    }
  }
}
