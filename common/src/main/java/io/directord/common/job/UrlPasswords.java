package io.directord.common.job;

import io.directord.common.json.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Hides credentials in URLs where jobs are shown: the password of {@code user:password@}, and in a
 * URL of http, https or of a NATS broker also a user without a password, which may be a token.
 * Templates in them may contain any characters.
 */
public final class UrlPasswords {
  private static final List<String> TOKEN_SCHEMES = List.of("http", "https", "nats", "tls");
  private static final String BEGIN = "://";
  private static final String HIDDEN = "***";

  /** Longer credentials are treated as text, to avoid quadratic time. */
  private static final int MAX_TEMPLATE = 1000;

  private UrlPasswords() {}

  /** The text with {@code ***} in place of every password. */
  public static String hidden(String text) {
    int url = text.indexOf(BEGIN);
    if (url < 0) {
      return text;
    }
    StringBuilder shown = new StringBuilder();
    int copied = 0;
    for (; url >= 0; url = text.indexOf(BEGIN, url + BEGIN.length())) {
      int begin = url + BEGIN.length();
      if (begin < copied) {
        continue;
      }
      Secret secret = secret(text, begin, mayHaveToken(text, url));
      if (secret != null) {
        shown.append(text, copied, secret.begin()).append(HIDDEN);
        copied = secret.end();
      }
    }
    return shown.append(text, copied, text.length()).toString();
  }

  /** A copy of a job's JSON form with {@link #hidden(String)} applied to all texts. */
  public static ObjectNode hidden(ObjectNode job) {
    ObjectNode shown = Json.object();
    job.properties().forEach(entry -> shown.set(entry.getKey(), hidden(entry.getValue())));
    return shown;
  }

  private static JsonNode hidden(JsonNode value) {
    if (value.isString()) {
      return StringNode.valueOf(hidden(value.stringValue()));
    }
    if (value instanceof ArrayNode list) {
      ArrayNode shown = Json.object().arrayNode();
      list.forEach(element -> shown.add(hidden(element)));
      return shown;
    }
    return value instanceof ObjectNode object ? hidden(object) : value;
  }

  private static boolean mayHaveToken(String text, int end) {
    return TOKEN_SCHEMES.stream()
        .anyMatch(one -> text.regionMatches(true, end - one.length(), one, 0, one.length()));
  }

  /** From its first character to the one after its last. */
  private record Secret(int begin, int end) {}

  /** The part of the authority from here that must be hidden, or null. */
  private static Secret secret(String text, int begin, boolean tokens) {
    int colon = -1;
    int at = -1;
    int i = begin;
    while (i < text.length() && !endsAuthority(text.charAt(i))) {
      char c = text.charAt(i);
      if (c == '{' && text.startsWith("{{", i)) {
        i = behindTemplate(text, i);
        continue;
      }
      if (c == ':' && colon < 0) {
        colon = i;
      } else if (c == '@') {
        at = i;
      }
      i++;
    }
    if (colon >= 0 && colon < at) {
      return new Secret(colon + 1, at);
    }
    return tokens && at > begin ? new Secret(begin, at) : null;
  }

  private static boolean endsAuthority(char c) {
    return c == '/' || Character.isWhitespace(c);
  }

  /** The end of the template from here, or of its opening braces if it is not closed. */
  private static int behindTemplate(String text, int begin) {
    int end = Math.min(text.length(), begin + MAX_TEMPLATE);
    for (int i = begin + 2; i < end; i++) {
      if (text.startsWith("}}", i)) {
        return i + 2;
      }
    }
    return begin + 2;
  }
}
