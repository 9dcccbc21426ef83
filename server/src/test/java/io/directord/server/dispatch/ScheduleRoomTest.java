package io.directord.server.dispatch;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.validation.ErrorCode;
import org.junit.jupiter.api.Test;

class ScheduleRoomTest {
  @Test
  void schedulesTogetherMayTakeSoMuch() {
    ScheduleRoom room = new ScheduleRoom(4096);
    assertDoesNotThrow(() -> room.require(1024, 3072));
    RefusedException refused = assertThrows(RefusedException.class, () -> room.require(2048, 3072));
    assertEquals(ErrorCode.SERVER_FULL, refused.code());
    assertTrue(refused.getMessage().contains("together they may take 4 KiB"));
  }
}
