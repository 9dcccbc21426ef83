package io.directord.server.api;

/** Finds the end of a JSON value that comes in pieces: whoever sends it keeps the line open. */
final class JsonEnd {
  private int depth;
  private boolean inText;
  private boolean escaped;

  /**
   * @return whether this was the brace, bracket or quote that ends the value
   */
  boolean isEnd(byte next) {
    if (inText) {
      return isEndOfText(next) && depth == 0;
    }
    switch (next) {
      case '"' -> inText = true;
      case '{', '[' -> depth++;
      case '}', ']' -> {
        depth--;
        return depth <= 0;
      }
      default -> {}
    }
    return false;
  }

  private boolean isEndOfText(byte next) {
    if (escaped) {
      escaped = false;
    } else if (next == '\\') {
      escaped = true;
    } else if (next == '"') {
      inText = false;
      return true;
    }
    return false;
  }
}
