package io.directord.common.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpanTest {

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0s",
    "PT0.9S, 0s",
    "PT59.9S, 59s",
    "PT1M30S, 1m30s",
    "PT4H59M59.99S, 4h59m",
    "PT5H0M7S, 5h",
    "P40D, 40d",
    "P40DT3H2M1S, 40d3h",
    "P400D, 400d"
  })
  void isWrittenWithTwoUnitsAtMost(Duration time, String text) {
    assertEquals(text, Span.text(time));
  }
}
