package io.directord.server.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.link.ContentTaker;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.memory.MemoryBudget.Share;
import io.directord.server.memory.MemoryBudget.Use;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ChunksTest {
  private static final int BYTES = 1000;

  /** A tenth of it is for transfers: room for three chunks. */
  private final Share memory = new MemoryBudget(45_000).share(Use.TRANSFERS);

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final Chunks chunks = new Chunks(memory, tasks::add);
  private final UUID job = UUID.randomUUID();
  private int reads;

  private static final class Wanting implements ContentTaker {
    byte[] bytes;
    Runnable release;
    IOException failure;

    @Override
    public void taken(byte[] taken, Runnable whenGone) {
      bytes = taken;
      release = whenGone;
    }

    @Override
    public void failed(IOException why) {
      failure = why;
    }
  }

  @Test
  void aPieceThatManyWantIsReadOnceAndIsTheSameForAll() {
    List<Wanting> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.add(want(0));
    }
    run();
    Wanting late = want(0);
    assertEquals(1, reads);
    for (Wanting one : all) {
      assertSame(late.bytes, one.bytes);
    }
  }

  @Test
  void whatIsInUseIsBoundedAndWhoeverWaitsIsServedWhenSomeIsLetGo() {
    List<Wanting> using = List.of(want(0), want(1), want(2));
    Wanting waiting = want(3);
    run();
    assertNull(waiting.bytes);
    assertTrue(chunks.isOutOfMemory());
    assertTrue(memory.reserved() <= memory.limit());
    using.get(1).release.run();
    run();
    assertEquals(BYTES, waiting.bytes.length);
    assertFalse(chunks.isOutOfMemory());
  }

  @Test
  void aPieceIsInUseUntilTheLastHasLetItGo() {
    Wanting one = want(0);
    Wanting other = want(0);
    List.of(want(1), want(2));
    Wanting waiting = want(3);
    run();
    one.release.run();
    run();
    assertNull(waiting.bytes);
    other.release.run();
    run();
    assertEquals(BYTES, waiting.bytes.length);
  }

  @Test
  void whatNobodyUsesIsKeptUntilItsRoomIsNeededTheOldestGoesFirst() {
    for (int i = 0; i < 3; i++) {
      use(i);
    }
    assertEquals(3, reads);
    use(0);
    assertEquals(3, reads);
    use(3);
    use(0);
    assertEquals(4, reads);
    use(1);
    assertEquals(5, reads);
  }

  @Test
  void aFailureIsToldToAllAndTriedAnewForTheNext() {
    Wanting one = want(-1);
    Wanting other = want(-1);
    run();
    assertEquals("no", one.failure.getMessage());
    assertEquals("no", other.failure.getMessage());
    assertEquals(0, memory.reserved());
    assertNull(want(-1).failure);
    run();
    assertEquals(2, reads);
  }

  @Test
  void nothingIsKeptForAJobThatHasEnded() {
    use(0);
    Wanting using = want(1);
    run();
    Wanting reading = want(2);
    chunks.forget(job);
    run();
    using.release.run();
    reading.release.run();
    assertEquals(0, memory.reserved());
  }

  @Test
  void fewAreReadAtTheSameTime() {
    Chunks many = new Chunks(new MemoryBudget(1 << 20).share(Use.TRANSFERS), tasks::add);
    for (int i = 0; i < 10; i++) {
      take(many, i);
    }
    assertEquals(Chunks.READERS, tasks.size());
  }

  private Wanting want(long at) {
    return take(chunks, at);
  }

  private Wanting take(Chunks from, long at) {
    Wanting wanting = new Wanting();
    from.take(
        new Chunks.Key(job, "0".repeat(64), at, 0),
        BYTES,
        () -> {
          reads++;
          if (at < 0) {
            throw new IOException("no");
          }
          return new byte[BYTES];
        },
        wanting);
    return wanting;
  }

  private void use(long at) {
    Wanting wanting = want(at);
    run();
    wanting.release.run();
  }

  private void run() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }
}
