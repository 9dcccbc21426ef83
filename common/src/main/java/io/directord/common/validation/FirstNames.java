package io.directord.common.validation;

import java.util.ArrayList;
import java.util.List;

/** The first of many names, and how many there are, for a message of bounded length. */
public final class FirstNames {
  private static final int MAX = 20;

  private final List<String> first = new ArrayList<>();
  private int count;

  public static FirstNames of(Iterable<String> names) {
    FirstNames some = new FirstNames();
    names.forEach(some::add);
    return some;
  }

  public void add(String name) {
    if (first.size() < MAX) {
      first.add(name);
    }
    count++;
  }

  public int count() {
    return count;
  }

  public boolean isEmpty() {
    return count == 0;
  }

  @Override
  public String toString() {
    String names = String.join(", ", first);
    return count == first.size() ? names : names + " and " + (count - first.size()) + " more";
  }
}
