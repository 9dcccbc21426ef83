package io.directord.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A Markdown table with columns as wide as their cells. */
final class MarkdownTable {
  private final List<List<String>> rows = new ArrayList<>();

  MarkdownTable(String... headings) {
    rows.add(List.of(headings));
  }

  void add(Object... cells) {
    rows.add(Stream.of(cells).map(Object::toString).toList());
  }

  @Override
  public String toString() {
    int[] widths =
        IntStream.range(0, rows.get(0).size())
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    List<String> rule = IntStream.of(widths).mapToObj("-"::repeat).toList();
    return Stream.concat(Stream.of(rows.get(0), rule), rows.stream().skip(1))
        .map(row -> line(row, widths))
        .collect(Collectors.joining());
  }

  private static String line(List<String> row, int[] widths) {
    return IntStream.range(0, widths.length)
        .mapToObj(column -> String.format("%-" + widths[column] + "s", row.get(column)))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }
}
