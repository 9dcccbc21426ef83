package io.directord.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.server.time.Clocks;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StoreWriterTest {
  private static final int TEXT_BYTES = (int) (StoreTables.MAX_LOG_BYTES / 5);

  private final List<List<Integer>> commits = new ArrayList<>();
  private final StoreWriter<Integer> writer =
      new StoreWriter<>(
          new MemoryStore(), Clocks.ofMachine(Clock.systemUTC()), commits::add, () -> {});

  @Test
  void whatIsCommittedTogetherIsASmallPartOfTheHeap() throws InterruptedException {
    String text = "x".repeat(TEXT_BYTES);
    for (int i = 0; i < 12; i++) {
      writer.write(List.of(new Change.PutResult(1, i, StoredSamples.outcome("a", text))), i);
    }
    writer.stop();
    writeAll();

    assertEquals(List.of(List.of(0, 1, 2, 3), List.of(4, 5, 6, 7), List.of(8, 9, 10, 11)), commits);
  }

  @Test
  void aGroupIsCommittedAsAWholeHoweverLargeItIs() throws InterruptedException {
    String text = "x".repeat(TEXT_BYTES);
    List<Change> group = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      group.add(new Change.PutResult(1, i, StoredSamples.outcome("a", text)));
    }
    writer.write(group, 1);
    writer.write(group.subList(0, 1), 2);
    writer.stop();
    writeAll();

    assertEquals(List.of(List.of(1), List.of(2)), commits);
  }

  @Test
  void manySmallGroupsAreCommittedAtOnce() throws InterruptedException {
    for (int i = 0; i < 1000; i++) {
      writer.write(List.of(new Change.PutJob(StoredSamples.job(i, UUID.randomUUID()))), i);
    }
    writer.stop();
    writeAll();

    assertEquals(List.of(IntStream.range(0, 1000).boxed().toList()), commits);
  }

  private void writeAll() {
    boolean another = true;
    while (another) {
      another = writer.turn();
    }
  }
}
