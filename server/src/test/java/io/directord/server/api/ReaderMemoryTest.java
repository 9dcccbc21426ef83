package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.access.Caller;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.memory.MemoryBudget.Share;
import io.directord.server.memory.MemoryBudget.Use;
import org.junit.jupiter.api.Test;

class ReaderMemoryTest {
  private final Share share = new MemoryBudget(1_000_000).share(Use.FOLLOWERS);
  private final ReaderMemory memory = new ReaderMemory(share);

  @Test
  void repliesThatNobodyReadsLeaveHalfOfTheMemoryToRoot() {
    Caller alice = new Caller("alice", false);
    Caller root = new Caller("root", true);
    long half = share.limit() / 2;
    assertTrue(memory.reserveReply(alice, half));
    assertFalse(memory.reserveReply(alice, 1));
    assertFalse(memory.reserveReply(new Caller("bob", false), 1));
    assertTrue(memory.reserveReply(root, half));

    memory.releaseReply(alice, half);
    assertTrue(memory.reserveReply(alice, half));
    memory.releaseReply(alice, half);
    memory.releaseReply(root, half);
    assertEquals(0, share.reserved());
  }
}
