package io.directord.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SoakMarkTest {
  @Test
  void whatGoesUpAndDownHasNotGrown() {
    assertEquals(List.of(), grown(30, minute -> 50 + 40 * (minute % 5), 0));
  }

  @Test
  void whatGrowsALittleEveryMinuteHasGrown() {
    assertEquals(
        List.of(
            "the store has grown from 70.0 to 106.0 MB",
            "a node's journal has grown from 70.0 to 106.0 MB"),
        grown(30, minute -> 50 + 2 * minute, 0));
  }

  @Test
  void whatWasLostIsSaid() {
    assertEquals(
        List.of("2 results were lost with nodes that were healthy"), grown(5, minute -> 1, 2));
  }

  private interface Megabytes {
    double after(int minute);
  }

  private static List<String> grown(int minutes, Megabytes size, int lost) {
    Vitals steady = new Vitals(100, 20, 50, 30);
    return SoakMark.grown(
        IntStream.rangeClosed(1, minutes)
            .mapToObj(
                minute ->
                    new SoakMark(
                        Duration.ofMinutes(minute),
                        "",
                        steady,
                        steady,
                        new SoakMark.Disk(size.after(minute), size.after(minute)),
                        0,
                        lost))
            .toList());
  }
}
