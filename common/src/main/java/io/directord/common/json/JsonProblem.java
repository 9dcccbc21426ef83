package io.directord.common.json;

import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * Describes what is wrong with a JSON text, for its author. The library's own messages name its
 * classes and parser settings.
 */
public final class JsonProblem {
  private static final int MAX_SHOWN = 100;
  private static final String EXPECTED = " is expected";

  private static final Pattern LIMIT =
      Pattern.compile("(?s)(.*?) \\(\\d+\\) exceeds the maximum allowed \\((\\d+).*");

  /** Messages of the library for invalid JSON, and ours. */
  private static final List<Rule> RULES =
      List.of(
          new Rule(
              "Duplicate [\\w ]*?(?:field|property) ['\"](.*?)['\"]", "the key %s is there twice"),
          new Rule("Unexpected character \\('(.+?)' \\(code", "'%s' is not expected here"),
          new Rule("Unrecognized token '(.*?)'", "%s is not a value: texts stand in double quotes"),
          new Rule(
              "Illegal unquoted character \\(\\(CTRL-CHAR, code (\\d+)",
              "a text has the control character %s in it: write it as \\u and four digits"),
          new Rule(
              "Illegal character \\(\\(CTRL-CHAR, code (\\d+)",
              "the control character %s is not expected here"),
          new Rule(
              "Unrecognized character escape '?(.+?)'? \\(code",
              "\\%s is not an escape sequence of JSON"),
          new Rule("Unexpected close marker '(.)'", "%s closes what is not open"),
          new Rule(
              "(?:Invalid|Illegal) (?:UTF|surrogate|character)[^\\d]*-?\\d*",
              "this is not UTF-8 text"),
          new Rule(
              "(?i)leading (?:zero|plus)",
              "a number begins with a digit that is not 0, or with - and such a digit"));

  private record Rule(Pattern says, String text) {
    Rule(String says, String text) {
      this(Pattern.compile(says, Pattern.DOTALL), text);
    }
  }

  private JsonProblem() {}

  /** The error, with its place in the text or its key in the value. */
  public static ValidationError of(JacksonException e) {
    return place(e).error(message(e));
  }

  private static Place place(JacksonException e) {
    String path = path(e);
    TokenStreamLocation location = e.getLocation();
    if (!path.isEmpty()) {
      return new Place.Key(path);
    }
    return location == null || location.getLineNr() < 1
        ? Place.NONE
        : new Place.InText(location.getLineNr(), location.getColumnNr());
  }

  private static String path(JacksonException e) {
    StringBuilder path = new StringBuilder();
    if (e instanceof DatabindException) {
      for (JacksonException.Reference step : e.getPath()) {
        if (step.getPropertyName() == null) {
          path.append('[').append(step.getIndex()).append(']');
        } else {
          path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
        }
      }
    }
    return path.toString();
  }

  private static String message(JacksonException e) {
    String says = e.getOriginalMessage() == null ? "" : e.getOriginalMessage();
    if (e instanceof StreamConstraintsException) {
      return limit(says);
    }
    if (e instanceof InputCoercionException number) {
      return range(number.getTargetType());
    }
    if (e instanceof UnexpectedEndOfInputException) {
      return "it ends before it is complete";
    }
    if (e instanceof JacksonIOException) {
      return "it cannot be read";
    }
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "unknown key " + shown(unknown.getPropertyName());
    }
    for (Rule rule : RULES) {
      Matcher found = rule.says.matcher(says);
      if (found.find()) {
        return found.groupCount() == 0 ? rule.text : rule.text.replace("%s", shown(found.group(1)));
      }
    }
    return e instanceof MismatchedInputException mismatch
        ? expected(mismatch.getTargetType()) + " is expected"
        : "this is not valid JSON";
  }

  private static String limit(String says) {
    Matcher limit = LIMIT.matcher(says);
    if (!limit.matches()) {
      return "it exceeds a limit";
    }
    String most = limit.group(2);
    String what = limit.group(1);
    if (what.contains("nesting")) {
      return "lists and objects are nested more than " + most + " deep";
    }
    if (what.contains("Number")) {
      return "a number has more than " + most + " characters";
    }
    return what.contains("name")
        ? "a key has more than " + most + " characters"
        : "a text has more than " + most + " characters: deliver it as a file, with COPY";
  }

  /** Of a number that is one of JSON's. */
  private static String range(Class<?> type) {
    if (type == int.class || type == Integer.class) {
      return "a whole number from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE + EXPECTED;
    }
    return type == long.class || type == Long.class
        ? "a whole number from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE + EXPECTED
        : "a number of less size" + EXPECTED;
  }

  private static String expected(Class<?> type) {
    if (type == null) {
      return "another value";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == String.class) {
      return "a text";
    }
    if (type == Duration.class) {
      return "a number of seconds";
    }
    if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
      return "a number";
    }
    if (Collection.class.isAssignableFrom(type) || type.isArray()) {
      return "a list";
    }
    return Map.class.isAssignableFrom(type) || type.isRecord() ? "an object" : "another value";
  }

  private static String shown(String text) {
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
  }
}
