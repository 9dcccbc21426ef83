package io.directord.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class CrewTest {

  /** The log adds what the cause says. */
  @Test
  void theReasonOfADeathIsLoggedOnce() {
    Crew crew = new Crew();
    try (LogLines log = new LogLines(Crew.class)) {
      crew.died("writer", new IllegalStateException("no room"));
      assertEquals(List.of("thread writer died"), log.lines());
    }
    ServerDiedException death = assertThrows(ServerDiedException.class, crew::awaitEnd);
    assertEquals("thread writer died: no room", death.getMessage());
  }
}
