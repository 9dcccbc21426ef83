package io.directord.cli.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names with ranges, as Ansible writes them: {@code web[01:20:2]}, {@code db-[a:f]}. */
final class HostRange {
  private static final Pattern RANGE =
      Pattern.compile(
          "\\[(?:(\\d{1,9}):(\\d{1,9})|([a-z]):([a-z])|([A-Z]):([A-Z]))(?::(\\d{1,9}))?]");

  private HostRange() {}

  /**
   * The names that are meant.
   *
   * @throws Inventory.TooLargeException if there are too many
   * @throws IllegalArgumentException if a range ends before it begins, or has a step of 0
   */
  static List<String> expand(String pattern) {
    List<String> names = List.of(pattern);
    while (true) {
      Matcher range = RANGE.matcher(names.get(0));
      if (!range.find()) {
        return names;
      }
      List<String> values = values(range);
      if ((long) names.size() * values.size() > Inventory.MAX_HOSTS) {
        throw new Inventory.TooLargeException(Inventory.MAX_HOSTS + " hosts");
      }
      List<String> next = new ArrayList<>();
      for (String name : names) {
        Matcher first = RANGE.matcher(name);
        first.find();
        for (String value : values) {
          next.add(name.substring(0, first.start()) + value + name.substring(first.end()));
        }
      }
      names = next;
    }
  }

  private static List<String> values(Matcher range) {
    boolean numbers = range.group(1) != null;
    String low =
        numbers ? range.group(1) : range.group(3) != null ? range.group(3) : range.group(5);
    String high =
        numbers ? range.group(2) : range.group(4) != null ? range.group(4) : range.group(6);
    int step = range.group(7) == null ? 1 : Integer.parseInt(range.group(7));
    int from = numbers ? Integer.parseInt(low) : low.charAt(0);
    int to = numbers ? Integer.parseInt(high) : high.charAt(0);
    if (to < from || step == 0) {
      throw new IllegalArgumentException(range.group() + " is an empty range");
    }
    if ((to - from) / step >= Inventory.MAX_HOSTS) {
      throw new Inventory.TooLargeException(Inventory.MAX_HOSTS + " hosts");
    }
    String form = low.startsWith("0") ? "%0" + low.length() + "d" : "%d";
    List<String> values = new ArrayList<>();
    for (long value = from; value <= to; value += step) {
      values.add(numbers ? String.format(form, value) : Character.toString((char) value));
    }
    return values;
  }
}
