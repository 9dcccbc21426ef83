package io.directord.server.api;

/** Finds the end of a JSON object that comes in pieces: whoever sends it keeps the line open. */
final class JsonEnd {
  private int depth;
  private boolean inText;
  private boolean escaped;

  /**
   * @return whether this was the brace that ends the object
   */
  boolean isEnd(byte next) {
    if (inText) {
      text(next);
      return false;
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

  private void text(byte next) {
    if (escaped) {
      escaped = false;
    } else if (next == '\\') {
      escaped = true;
    } else if (next == '"') {
      inText = false;
    }
  }
}
