package io.directord.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Samples of several runs of the same work. */
record Samples(List<Double> values) {

  Samples {
    values = List.copyOf(values);
  }

  double median() {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  double min() {
    return values.stream().min(Double::compare).orElseThrow();
  }

  double max() {
    return values.stream().max(Double::compare).orElseThrow();
  }

  /** Compares run by run, since the machine's speed varies over time. */
  Samples dividedBy(Samples other) {
    return new Samples(
        IntStream.range(0, values.size())
            .mapToObj(i -> values.get(i) / other.values.get(i))
            .toList());
  }

  /** The median, with the least and the greatest. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.2f (%.2f–%.2f)", median(), min(), max());
  }
}
