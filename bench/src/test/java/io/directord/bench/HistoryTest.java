package io.directord.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.bench.Measurement.Result;
import io.directord.bench.Measurement.Series;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
  @Test
  void aReleaseIsALineWithTheMedianOfTheRatios(@TempDir Path directory) throws Exception {
    Result list =
        new Result(
            new ListNodes(directory),
            series(0.04, 0.05, 0.04),
            series(0.08, 0.15, 0.12),
            Optional.empty(),
            List.of(),
            Optional.empty());
    Crowd crowd = new Crowd(2000, phase(5), phase(0.5), phase(0.25), phase(4), 200, 6);

    assertEquals(
        "| 1.2.3 | 2026-11-30 | manage --list-nodes 3.00; 2000 nodes joined 5.0 s, call 0.5 s,"
            + " list 0.3 s, back 4.0 s |\n",
        History.line("1.2.3", LocalDate.of(2026, 11, 30), List.of(list), List.of(crowd)));
  }

  private static Series series(Double... seconds) {
    return new Series(new Samples(List.of(seconds)), List.of());
  }

  private static Crowd.Phase phase(double seconds) {
    return new Crowd.Phase(new Samples(List.of(seconds)), 0);
  }
}
