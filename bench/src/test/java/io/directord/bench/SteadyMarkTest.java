package io.directord.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SteadyMarkTest {
  @Test
  void addsUpAllLabelsOfAMetricAndNoOther() {
    String metrics =
        """
        # TYPE directord_results counter
        directord_results_total{outcome="failed",reason="lost"} 2.0
        directord_results_total{outcome="succeeded",reason=""} 1.5E3
        directord_results_total_more 7.0
        process_cpu_seconds_total 3.25
        """;

    assertEquals(1502, SteadyMark.sum(metrics, "directord_results_total"));
    assertEquals(3.25, SteadyMark.sum(metrics, "process_cpu_seconds_total"));
    assertEquals(0, SteadyMark.sum(metrics, "absent"));
  }

  @Test
  void aMinuteIsWhatCameSinceTheMarkBefore() {
    SteadyMark before = new SteadyMark(0, 100, 10, 1, 150, 5);
    SteadyMark after = new SteadyMark(60_000_000_000L, 60_100, 16, 1.6, 160, 7);
    MarkdownTable table = new MarkdownTable("a", "b", "c", "d", "e", "f", "g", "h", "i");
    List<Long> millis = LongStream.rangeClosed(1, 200).boxed().toList();

    after.addTo(table, 3, before, millis);
    after.addTo(table, 4, before, List.of());

    List<String> lines = table.toString().lines().skip(2).map(l -> l.replaceAll(" +", "")).toList();
    assertEquals("|3|1000|10000|100|198|200|1.0|160|7|", lines.get(0));
    assertEquals("|4|1000|10000|–|–|–|1.0|160|7|", lines.get(1));
  }
}
