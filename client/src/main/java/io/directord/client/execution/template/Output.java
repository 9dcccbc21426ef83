package io.directord.client.execution.template;

/** A text that is being put together, of limited size. */
final class Output {
  private final StringBuilder text = new StringBuilder();

  void add(String more) {
    int length = text.length() + more.length();
    if (length > text.capacity()) {
      // The text is copied when it grows.
      Limits.text(length);
    }
    text.append(more);
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
