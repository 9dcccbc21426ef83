package io.directord.server.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class JobRoomTest {
  private static final long MEBIBYTE = 1 << 20;
  private final JobRoom room = new JobRoom(40 * MEBIBYTE, 8 * MEBIBYTE);

  @Test
  void tooManyAtOnceAreToBeSubmittedInParts() {
    RefusedException refused = refused(new JobRoom.Load(20_000, 7_000, 41 * MEBIBYTE, 1), 0, 0);

    assertEquals(RefusedException.Kind.INVALID, refused.kind());
    assertTrue(
        refused
            .getMessage()
            .startsWith(
                "these 20000 jobs are too many at once: jobs that have not ended may take 40 MiB of"
                    + " this server's memory, which about 7000 of them fill. Submit them in parts"),
        refused::getMessage);
    assertTrue(refused.getMessage().contains("DIRECTORD_JAVA_OPTS=-Xmx"), refused::getMessage);
  }

  @Test
  void thoseThatHaveNoRoomBesideOthersAreToBeSubmittedLater() {
    RefusedException refused =
        refused(new JobRoom.Load(100, 5, 11 * MEBIBYTE, 1), 900, 30 * MEBIBYTE);

    assertEquals(RefusedException.Kind.FULL, refused.kind());
    assertTrue(
        refused
            .getMessage()
            .startsWith(
                "there is no room for these 100 jobs beside the 900 that have not ended, which take"
                    + " 30 of 40 MiB: wait until some have ended"),
        refused::getMessage);
  }

  @Test
  void thoseThatAreTooLongToBeCommittedAtOnceAreToBeSubmittedInParts() {
    RefusedException refused =
        refused(new JobRoom.Load(3, 2, 20 * MEBIBYTE, 8 * MEBIBYTE + 1), 0, 0);

    assertEquals(RefusedException.Kind.INVALID, refused.kind());
    assertTrue(
        refused.getMessage().startsWith("these 3 jobs are too long together"), refused::getMessage);
    assertTrue(refused.getMessage().contains("about 2 of them fill"), refused::getMessage);
  }

  @Test
  void whatFitsIsTaken() {
    room.require(new JobRoom.Load(100, 99, 10 * MEBIBYTE, 8 * MEBIBYTE), 900, 30 * MEBIBYTE);
  }

  private RefusedException refused(JobRoom.Load load, int unended, long unendedBytes) {
    return assertThrows(RefusedException.class, () -> room.require(load, unended, unendedBytes));
  }
}
