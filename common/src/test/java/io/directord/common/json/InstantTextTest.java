package io.directord.common.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

class InstantTextTest {

  @Test
  void readsWhatInstantsAreWrittenAs() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      int nanos = random.nextInt(1_000_000_000);
      int unit = (int) Math.pow(1000, random.nextInt(4));
      long second = random.nextLong(-62_000_000_000L, 250_000_000_000L);
      Instant instant = Instant.ofEpochSecond(second, nanos / unit * unit);

      assertEquals(instant, InstantText.parse(instant.toString()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Z",
        "2026-01-01",
        "2026-02-30T00:00:00Z",
        "2026-01-01T25:00:00Z",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:00.Zx",
        "2026-01-01T00:00:00x5Z",
        "2026-01-01T00:00:00.1234567890Z",
        "2026-01-0/T00:00:00Z",
        "２026-01-01T00:00:00Z"
      })
  void refusesWhatIsNotATime(String text) {
    assertThrows(DateTimeException.class, () -> InstantText.parse(text));
    assertThrows(JacksonException.class, () -> Json.read(Json.bytes(text), Instant.class));
  }
}
