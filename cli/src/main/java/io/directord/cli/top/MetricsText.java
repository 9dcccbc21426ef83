package io.directord.cli.top;

import java.util.LinkedHashMap;
import java.util.Map;

/** The metrics of the server, as {@code docs/metrics.md} names them, read from their text. */
final class MetricsText {
  private final Map<String, Double> values = new LinkedHashMap<>();

  /**
   * @param text in the format of Prometheus; lines that are not understood are left out
   */
  MetricsText(String text) {
    text.lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(
            line -> {
              int space = line.lastIndexOf(' ');
              if (space > 0) {
                try {
                  values.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
                } catch (NumberFormatException e) {
                  // A server of a later version may have lines of another form.
                  return;
                }
              }
            });
  }

  /** The value of that name and label; 0 if there is none. */
  long value(String name, String label, String is) {
    return values.getOrDefault(name + "{" + label + "=\"" + is + "\"}", 0.0).longValue();
  }

  /** All values of that name together, whatever their labels; 0 if there is none. */
  long sum(String name) {
    return (long)
        values.entrySet().stream()
            .filter(one -> one.getKey().equals(name) || one.getKey().startsWith(name + "{"))
            .mapToDouble(Map.Entry::getValue)
            .sum();
  }
}
