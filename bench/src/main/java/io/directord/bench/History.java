package io.directord.bench;

import io.directord.bench.Measurement.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A line for each release in {@code bench/history.md}. */
final class History {
  private static final Path FILE = Path.of("bench/history.md");

  private History() {}

  static void add(String release, List<Result> results, List<Crowd> crowds) throws IOException {
    String line = line(release, LocalDate.now(ZoneOffset.UTC), results, crowds);
    Files.writeString(FILE, line, StandardOpenOption.APPEND);
    System.out.print("\nAdded to " + FILE + ":\n" + line);
  }

  /** The medians of the ratios, since seconds of other machines cannot be compared. */
  static String line(String release, LocalDate day, List<Result> results, List<Crowd> crowds) {
    String figures =
        Stream.concat(results.stream().map(History::ratio), crowds.stream().map(History::crowd))
            .collect(Collectors.joining("; "));
    return "| " + release + " | " + day + " | " + figures + " |\n";
  }

  private static String ratio(Result result) {
    Samples ratio = result.ours().seconds().dividedBy(result.anchor().seconds());
    return String.format(Locale.ROOT, "%s %.2f", result.work().title(), ratio.median());
  }

  private static String crowd(Crowd crowd) {
    return String.format(
        Locale.ROOT,
        "%d nodes joined %.1f s, call %.1f s, list %.1f s, back %.1f s",
        crowd.nodes(),
        crowd.joined().seconds().median(),
        crowd.noOp().seconds().median(),
        crowd.list().seconds().median(),
        crowd.back().seconds().median());
  }
}
