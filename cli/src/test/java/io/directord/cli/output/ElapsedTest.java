package io.directord.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElapsedTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0.0 s",
    "49, 0.0 s",
    "50, 0.1 s",
    "2149, 2.1 s",
    "59999, 60.0 s",
    "65000, 1:05 min",
    "7265000, 2:01:05 h",
  })
  void isShortForPeople(long millis, String text) {
    assertEquals(text, Elapsed.text(Duration.ofMillis(millis)));
  }
}
