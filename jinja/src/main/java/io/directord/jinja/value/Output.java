package io.directord.jinja.value;

import io.directord.jinja.limit.Budget;

/** A text being built, within the limits of templates. */
public final class Output {
  private final StringBuilder text = new StringBuilder();
  private int taken;

  public void add(String more) {
    int length = text.length() + more.length();
    if (length > text.capacity()) {
      // The buffer doubles when it is full, and is copied then.
      Budget.grow(2L * length - taken, length);
      taken = 2 * length;
    }
    text.append(more);
  }

  public boolean isEmpty() {
    return text.isEmpty();
  }

  /** The whole text; nothing may be added afterwards. */
  public String end() {
    Budget.text(text.length());
    Budget.shrink(taken);
    taken = 0;
    return text.toString();
  }
}
