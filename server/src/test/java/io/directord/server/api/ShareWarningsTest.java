package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.server.LogLines;
import io.directord.server.access.Caller;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ShareWarningsTest {
  private static final Caller ALICE = new Caller("alice", false);

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final ShareWarnings warnings = new ShareWarnings(nanos::get);

  @Test
  void aUserWhoIsRefusedIsLoggedOnceAMinuteAndWarnedOfWhileItLasts() throws Exception {
    try (LogLines log = new LogLines(ShareWarnings.class)) {
      for (int i = 0; i < 1000; i++) {
        warnings.refused(ALICE, "all is used");
      }
      assertEquals(List.of("user alice was refused once: all is used"), log.lines());
      assertEquals(List.of("user alice was refused 1000 times: all is used"), warnings.all());

      pass(Duration.ofSeconds(59));
      warnings.refused(ALICE, "more is used");
      pass(Duration.ofSeconds(1));
      warnings.refused(ALICE, "more is used");
      assertEquals("user alice was refused 1001 times: more is used", log.lines().get(1));

      pass(Duration.ofSeconds(59));
      assertEquals(List.of("user alice was refused 1002 times: more is used"), warnings.all());
      pass(Duration.ofSeconds(1));
      assertEquals(List.of(), warnings.all());
    }
  }

  @Test
  void usersWithoutEndAreWarnedOfTogether() {
    for (int i = 0; i < 1000; i++) {
      warnings.refused(new Caller("user-" + i, false), "all is used");
    }
    List<String> all = warnings.all();
    assertEquals(11, all.size());
    assertEquals("any other user was refused 990 times: all is used", all.get(10));
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
