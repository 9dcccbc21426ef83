package io.directord.common.python;

import io.directord.common.json.Json;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads values written as Python literals, as the original does: numbers, texts in quotes, {@code
 * True}, {@code False}, {@code None}, lists, tuples and maps. Sets and bytes have no JSON form and
 * are not literals here. A number that would not print as it is written, such as 1.10 or 0x1F, is a
 * text: it usually is a version, a mode or an id.
 */
public final class PythonLiteral {
  private static final int MAX_DEPTH = 50;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<hex>0[xX](_?[0-9a-fA-F])+)"
              + "|(?<octal>0[oO](_?[0-7])+)"
              + "|(?<binary>0[bB](_?[01])+)"
              + "|(?<real>(\\d(_?\\d)*\\.(\\d(_?\\d)*)?|\\.\\d(_?\\d)*)([eE][+-]?\\d(_?\\d)*)?"
              + "|\\d(_?\\d)*[eE][+-]?\\d(_?\\d)*)"
              + "|(?<whole>[1-9](_?\\d)*|0(_?0)*)");
  private static final Pattern NAME = Pattern.compile("True|False|None");

  private final String text;

  /** Whether numbers that would print differently become texts. */
  private final boolean keepsWriting;

  private int position;
  private int depth;

  private PythonLiteral(String text, boolean keepsWriting) {
    this.text = text;
    this.keepsWriting = keepsWriting;
  }

  /** The value, or empty if the text as a whole is not a literal. */
  public static Optional<JsonNode> parse(String text) {
    return new PythonLiteral(text.strip(), true).whole();
  }

  /** The value of a quoted string, or empty if it is something else. */
  public static Optional<String> text(String text) {
    return new PythonLiteral(text.strip(), false)
        .whole()
        .filter(JsonNode::isString)
        .map(JsonNode::stringValue);
  }

  private Optional<JsonNode> whole() {
    try {
      JsonNode value = value();
      if (next(',')) {
        value = items(JSON.arrayNode().add(value), '\0');
      }
      whitespace();
      return position == text.length() ? Optional.of(value) : Optional.empty();
    } catch (NotALiteral e) {
      return Optional.empty();
    }
  }

  private JsonNode value() throws NotALiteral {
    if (++depth > MAX_DEPTH) {
      throw new NotALiteral();
    }
    try {
      if (next('[')) {
        return items(JSON.arrayNode(), ']');
      }
      if (next('{')) {
        return map();
      }
      return next('(') ? tuple() : scalar();
    } finally {
      depth--;
    }
  }

  private JsonNode scalar() throws NotALiteral {
    Matcher name = NAME.matcher(text).region(position, text.length());
    if (name.lookingAt()) {
      position = endOfName(name.end());
      return switch (name.group()) {
        case "True" -> JSON.booleanNode(true);
        case "False" -> JSON.booleanNode(false);
        default -> JSON.nullNode();
      };
    }
    PythonString string = PythonString.at(text, position);
    if (string == null) {
      return number();
    }
    StringBuilder joined = new StringBuilder();
    while (string != null) {
      joined.append(string.value());
      position = string.end();
      whitespace();
      string = PythonString.at(text, position);
    }
    return JSON.stringNode(joined.toString());
  }

  private JsonNode number() throws NotALiteral {
    whitespace();
    int begin = position;
    boolean negative = next('-');
    if (!negative) {
      next('+');
    }
    whitespace();
    Matcher number = NUMBER.matcher(text).region(position, text.length());
    if (!number.lookingAt()) {
      throw new NotALiteral();
    }
    position = endOfName(number.end());
    JsonNode value = number(number, negative);
    String written = text.substring(begin, position);
    return !keepsWriting || PythonNumber.text(value).equals(written)
        ? value
        : JSON.stringNode(written);
  }

  private static JsonNode number(Matcher number, boolean negative) throws NotALiteral {
    String digits = number.group().replace("_", "");
    if (number.group("real") != null) {
      double real = Double.parseDouble(digits);
      if (Double.isInfinite(real)) {
        throw new NotALiteral();
      }
      return JSON.numberNode(negative ? -real : real);
    }
    BigInteger whole =
        number.group("whole") != null
            ? new BigInteger(digits)
            : new BigInteger(digits.substring(2), radix(number));
    return integer(negative ? whole.negate() : whole);
  }

  private static int radix(Matcher number) {
    if (number.group("hex") != null) {
      return 16;
    }
    return number.group("octal") != null ? 8 : 2;
  }

  private static JsonNode integer(BigInteger value) {
    return value.bitLength() < Long.SIZE
        ? JSON.numberNode(value.longValue())
        : JSON.numberNode(value);
  }

  /** A literal must not be followed by a letter: {@code 1a} and {@code Truely} are not literals. */
  private int endOfName(int end) throws NotALiteral {
    if (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
      throw new NotALiteral();
    }
    return end;
  }

  private JsonNode tuple() throws NotALiteral {
    if (next(')')) {
      return JSON.arrayNode();
    }
    JsonNode first = value();
    if (next(')')) {
      return first;
    }
    expect(',');
    return items(JSON.arrayNode().add(first), ')');
  }

  private ArrayNode items(ArrayNode list, char close) throws NotALiteral {
    while (!closes(close)) {
      list.add(value());
      if (!next(',') && !closes(close)) {
        throw new NotALiteral();
      }
    }
    next(close);
    return list;
  }

  private boolean closes(char close) {
    whitespace();
    return position < text.length() ? text.charAt(position) == close : close == '\0';
  }

  private ObjectNode map() throws NotALiteral {
    ObjectNode map = Json.object();
    while (!closes('}')) {
      JsonNode key = value();
      expect(':');
      map.set(key(key), value());
      if (!next(',') && !closes('}')) {
        throw new NotALiteral();
      }
    }
    next('}');
    return map;
  }

  /** Keys become texts as in Python's JSON. */
  private static String key(JsonNode key) throws NotALiteral {
    if (key.isContainer()) {
      throw new NotALiteral();
    }
    return key.isNumber() ? PythonNumber.text(key) : key.isNull() ? "null" : key.asString();
  }

  private void expect(char c) throws NotALiteral {
    if (!next(c)) {
      throw new NotALiteral();
    }
  }

  private boolean next(char c) {
    whitespace();
    if (position < text.length() && text.charAt(position) == c) {
      position++;
      return true;
    }
    return false;
  }

  private void whitespace() {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
  }

  /** Thrown for a text that is not a literal, and so is taken as it is. */
  static final class NotALiteral extends Exception {
    NotALiteral() {
      super("not a literal", null, false, false);
    }
  }
}
