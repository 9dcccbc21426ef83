package io.directord.client.files;

import java.util.ArrayList;
import java.util.List;

/** How many there are, and the names of the first. Not thread-safe. */
public final class NamedCount {
  private static final int MAX_NAMES = 10;

  private final List<String> names = new ArrayList<>();
  private int count;

  void add(String name) {
    count++;
    if (names.size() < MAX_NAMES) {
      names.add(name);
    }
  }

  void add(int number, List<String> first) {
    count += number;
    names.addAll(first.subList(0, Math.min(first.size(), MAX_NAMES - names.size())));
  }

  public int count() {
    return count;
  }

  /**
   * For people, such as {@code 12 new (a, b and 10 more)}; empty if there are none.
   *
   * @param what they are
   */
  public String text(String what) {
    if (count == 0) {
      return "";
    }
    int more = count - names.size();
    return count
        + " "
        + what
        + " ("
        + String.join(", ", names)
        + (more > 0 ? " and " + more + " more" : "")
        + ")";
  }
}
