package io.directord.jinja.value;

import io.directord.jinja.limit.Budget;

/** A text that is being put together, within the limits of templates. */
public final class Output {
  private final StringBuilder text = new StringBuilder();
  private int taken;

  public void add(String more) {
    int length = text.length() + more.length();
    if (length > text.capacity()) {
      // It grows to twice its size, and is copied then.
      Budget.grow(2L * length - taken, length);
      taken = 2 * length;
    }
    text.append(more);
  }

  public boolean isEmpty() {
    return text.isEmpty();
  }

  public int length() {
    return text.length();
  }

  /** The whole text, after which nothing is added. */
  public String end() {
    Budget.text(text.length());
    Budget.shrink(taken);
    taken = 0;
    return text.toString();
  }
}
