package io.directord.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the table of latencies in docs/architecture.md to the constants that it names. */
class LatenciesTest {
  private static final Path PAGE = Path.of("../docs/architecture.md");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z.]+\\.[A-Z]\\w*)\\.([A-Z_]+)` \\| (\\d+) (ms|s) \\|");

  /** A row of the table. */
  record Latency(String className, String constant, Duration time) {
    static Latency of(MatchResult row) {
      long number = Long.parseLong(row.group(3));
      return new Latency(
          row.group(1),
          row.group(2),
          row.group(4).equals("s") ? Duration.ofSeconds(number) : Duration.ofMillis(number));
    }
  }

  static Stream<Latency> table() throws IOException {
    return ROW.matcher(Files.readString(PAGE)).results().map(Latency::of);
  }

  @Test
  void theTableIsThere() throws IOException {
    assertTrue(table().count() > 10);
  }

  @ParameterizedTest
  @MethodSource("table")
  void aConstantIsAsTheTableSays(Latency latency) throws ReflectiveOperationException {
    Field field =
        Class.forName("io.directord." + latency.className).getDeclaredField(latency.constant);
    field.setAccessible(true);
    assertEquals(latency.time, time(field));
  }

  private static Duration time(Field field) throws IllegalAccessException {
    if (field.get(null) instanceof Duration time) {
      return time;
    }
    long number = ((Number) field.get(null)).longValue();
    assertTrue(field.getName().endsWith("_NANOS") || field.getName().endsWith("_MILLIS"));
    return field.getName().endsWith("_NANOS")
        ? Duration.ofNanos(number)
        : Duration.ofMillis(number);
  }
}
