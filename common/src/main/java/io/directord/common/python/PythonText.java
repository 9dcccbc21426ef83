package io.directord.common.python;

import java.util.HexFormat;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Values as Python prints them, as users of the original and their scripts expect. */
public final class PythonText {
  private PythonText() {}

  /** As Python's {@code repr}: texts are in quotes. */
  public static String of(JsonNode value) {
    if (value.isObject()) {
      return value.properties().stream()
          .map(entry -> quoted(entry.getKey()) + ": " + of(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (value.isArray()) {
      return value.values().stream()
          .map(PythonText::of)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    if (value.isString()) {
      return quoted(value.stringValue());
    }
    if (value.isBoolean()) {
      return of(value.booleanValue());
    }
    return value.isNull() ? "None" : PythonNumber.text(value);
  }

  /** Python's word for it. */
  public static String of(boolean value) {
    return value ? "True" : "False";
  }

  /** As Python's {@code str}: a text alone is as it is, one inside a list or map is in quotes. */
  public static String plain(JsonNode value) {
    return value.isString() ? value.stringValue() : of(value);
  }

  /** A text as Python's {@code repr} has it. */
  public static String quoted(String text) {
    char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
    StringBuilder out = new StringBuilder().append(quote);
    text.codePoints().forEach(c -> append(c, quote, out));
    return out.append(quote).toString();
  }

  private static void append(int c, char quote, StringBuilder out) {
    switch (c) {
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c == quote) {
          out.append('\\').append(quote);
        } else if (isPrintable(c)) {
          out.appendCodePoint(c);
        } else {
          escaped(c, out);
        }
      }
    }
  }

  private static void escaped(int c, StringBuilder out) {
    HexFormat hex = HexFormat.of();
    if (c <= 0xff) {
      out.append("\\x").append(hex.toHexDigits((byte) c));
    } else if (c <= 0xffff) {
      out.append("\\u").append(hex.toHexDigits((char) c));
    } else {
      out.append("\\U").append(hex.toHexDigits(c));
    }
  }

  /** As Python's {@code isprintable}. */
  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }
}
