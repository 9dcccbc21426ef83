package io.directord.client.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.storage.RecordLog;
import io.directord.common.validation.LaterVersionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The journal as format 1 has it is read by every later version; see the README beside it. */
class JournalFormatTest extends JournalFixture {
  private static final Path FORMAT_1 = Path.of("src/test/resources/format-1/journal");

  /** Of the machine where it was written. */
  private static final String BOOT = "ddec6781-c08c-4d39-9c7b-ece445d1ef25";

  private static final UUID FAILED = UUID.fromString("004b0933-2e3a-4ae0-9173-a7ca1ed69fdc");

  @BeforeEach
  void copy() throws IOException {
    Files.copy(FORMAT_1, file());
  }

  @Test
  void hasAllThatFormat1Had() throws IOException {
    open(BOOT);

    assertFalse(opened.isNew());
    assertEquals(
        List.of("echo behind"),
        opened.toRun().stream()
            .map(run -> run.job().arguments().path("command").asString(""))
            .toList());
    assertEquals(1, opened.interrupted().size());
    assertEquals(2, journal.unconfirmed().size());
    assertTrue(journal.state().journalSteps() > 20);
    assertTrue(hasFailed(FAILED));
  }

  @Test
  void countsWhatWasBegunAsInterruptedIfTheMachineWentDown() throws IOException {
    open("another");

    assertEquals(List.of(), opened.toRun());
    assertEquals(2, opened.interrupted().size());
  }

  @Test
  void refusesOneOfALaterFormatAndLeavesItAsItIs() throws IOException {
    try (RecordLog later = RecordLog.open(file(), BOOT, record -> {}).log()) {
      later.append((byte) 10, new byte[] {1});
    }
    byte[] before = Files.readAllBytes(file());

    String message = assertThrows(LaterVersionException.class, () -> open(BOOT)).getMessage();

    assertTrue(message.contains("a record of type 10"), message);
    assertArrayEquals(before, Files.readAllBytes(file()));
  }
}
