package io.directord.common.component;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Texts to the types that options have, and into the fields that hold them. */
final class Values {
  /** About 31 years, so that no sum of durations overflows. */
  private static final double MAX_SECONDS = 1e9;

  private Values() {}

  static boolean isFlag(Field field) {
    return field.getType() == boolean.class;
  }

  /**
   * @param values one text, or several for a list
   * @throws PlanException saying what is expected; the caller says of which option
   */
  static void put(Field field, Object target, List<String> values) throws PlanException {
    if (List.class.isAssignableFrom(field.getType())) {
      set(field, target, values);
    } else if (values.size() != 1) {
      throw new PlanException("one value is expected, not a list");
    } else {
      set(field, target, convert(field.getType(), values.get(0)));
    }
  }

  /** Adds to a list; replaces what anything else holds. */
  static void add(Field field, Object target, String value) throws PlanException {
    if (List.class.isAssignableFrom(field.getType())) {
      List<Object> all = new ArrayList<>((List<?>) get(field, target));
      all.add(value);
      set(field, target, all);
    } else {
      set(field, target, convert(field.getType(), value));
    }
  }

  private static Object convert(Class<?> type, String text) throws PlanException {
    if (type == String.class) {
      return text;
    }
    if (type == boolean.class) {
      return bool(text);
    }
    if (type == int.class) {
      return integer(text);
    }
    if (type == Duration.class) {
      return seconds(text);
    }
    throw new IllegalStateException("an option of type " + type + " cannot be read");
  }

  private static boolean bool(String text) throws PlanException {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on", "1" -> true;
      case "false", "no", "off", "0" -> false;
      default -> throw new PlanException("true or false is expected, not '" + text + "'");
    };
  }

  private static int integer(String text) throws PlanException {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new PlanException("a whole number is expected, not '" + text + "'", e);
    }
  }

  private static Duration seconds(String text) throws PlanException {
    try {
      double seconds = Double.parseDouble(text);
      if (seconds > 0 && seconds <= MAX_SECONDS) {
        return Duration.ofMillis(Math.max(1, Math.round(seconds * 1000)));
      }
    } catch (NumberFormatException e) {
      // Said below, together with numbers out of range.
    }
    throw new PlanException("seconds above 0 are expected, not '" + text + "'");
  }

  private static Object get(Field field, Object target) {
    try {
      return field.get(target);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(field + " must be public", e);
    }
  }

  private static void set(Field field, Object target, Object value) {
    try {
      field.set(target, value);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(field + " must be public", e);
    }
  }
}
