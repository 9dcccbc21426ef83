package io.directord.common.component;

/**
 * Takes words off the front of a text as a shell does: whitespace separates them; quotes and
 * backslashes keep whitespace in them. A template, <code>{{ … }}</code> or <code>{% … %}</code>,
 * belongs to its word with all its whitespace and quotes.
 */
final class Words {
  private final String text;
  private int position;

  Words(String text) {
    this.text = text;
  }

  /** Skips whitespace; returns whether anything is left. */
  boolean hasNext() {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
    return position < text.length();
  }

  boolean startsWith(String prefix) {
    return hasNext() && text.startsWith(prefix, position);
  }

  /** Index of the next character. */
  int position() {
    return position;
  }

  /** Goes back to an earlier position. */
  void back(int earlier) {
    position = earlier;
  }

  /** Takes the {@link #rest}. */
  String takeRest() {
    String rest = rest();
    position = text.length();
    return rest;
  }

  /** The rest as written, without leading whitespace and trailing line ends. */
  String rest() {
    hasNext();
    int end = text.length();
    while (end > position && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    return text.substring(position, end);
  }

  /** The text up to the next whitespace or character {@code ends}, as written. */
  String plain(char ends) {
    hasNext();
    int start = position;
    while (position < text.length()
        && text.charAt(position) != ends
        && !Character.isWhitespace(text.charAt(position))) {
      position++;
    }
    return text.substring(start, position);
  }

  /** Whether the very next character is this one; it is taken if so. */
  boolean take(char c) {
    if (position < text.length() && text.charAt(position) == c) {
      position++;
      return true;
    }
    return false;
  }

  /** The next word, after any whitespace. */
  String next() throws PlanException {
    hasNext();
    return word();
  }

  /** The word at the current position; empty before whitespace. */
  String word() throws PlanException {
    StringBuilder word = new StringBuilder();
    while (position < text.length()) {
      char c = text.charAt(position);
      if (Character.isWhitespace(c)) {
        break;
      } else if (c == '\'' || c == '"') {
        quoted(c, word);
      } else if (c == '\\' && position + 1 < text.length()) {
        word.append(text.charAt(position + 1));
        position += 2;
      } else if (!template(word)) {
        word.append(c);
        position++;
      }
    }
    return word.toString();
  }

  private void quoted(char quote, StringBuilder word) throws PlanException {
    int start = position++;
    while (position < text.length()) {
      char c = text.charAt(position++);
      if (c == quote) {
        return;
      }
      if (c == '\\' && quote == '"' && position < text.length()) {
        char escaped = text.charAt(position);
        if ("\"\\$`".indexOf(escaped) >= 0) {
          c = escaped;
          position++;
        }
      }
      word.append(c);
    }
    throw new PlanException("the quote " + text.substring(start) + " is not closed");
  }

  private boolean template(StringBuilder word) {
    String close =
        text.startsWith("{{", position) ? "}}" : text.startsWith("{%", position) ? "%}" : null;
    int end = close == null ? -1 : text.indexOf(close, position + 2);
    if (end < 0) {
      return false;
    }
    word.append(text, position, end + 2);
    position = end + 2;
    return true;
  }
}
