package io.directord.client.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.journal.Journal;
import io.directord.client.journal.JournalOpener;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.Frames;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultQueueTest {
  @TempDir Path directory;
  private final List<String> sent = new ArrayList<>();
  private final Room room = new Room();
  private final List<Long> asked = new ArrayList<>();
  @AutoClose private Journal journal;
  private ResultQueue queue;
  private long now;

  @BeforeEach
  void open() throws Exception {
    journal = JournalOpener.open(directory, "boot", Clock.systemUTC()).journal();
    queue = new ResultQueue(journal, room, Clock.systemUTC(), () -> now);
  }

  @Test
  void sendsEachOnceAndAgainWhenNobodySaysThatItIsDurable() {
    UUID first = add("first");
    UUID second = add("second");
    send();
    send();
    assertEquals(List.of("first", "second"), sent);
    queue.durable(List.of(first));
    now += ResultQueue.AGAIN_NANOS;
    assertEquals(0, queue.nanosUntilDue(now));
    send();
    assertEquals(List.of("first", "second", "second"), sent);
    queue.durable(List.of(second));
    assertEquals(Long.MAX_VALUE, queue.nanosUntilDue(now));
  }

  @Test
  void aNewConnectionGetsWhatWasUnderWayBeforeTheRestInOrder() {
    add("1");
    add("2");
    send();
    sent.clear();
    add("3");
    queue.again();
    send();
    assertEquals(List.of("1", "2", "3"), sent);
  }

  @Test
  void holdsBackWhatIsTooMuchAtOnce() {
    String large = "x".repeat(1 << 20);
    List<UUID> jobs = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      jobs.add(add(large));
    }
    sendWithRoom();
    assertEquals(ResultQueue.MAX_BYTES_UNDER_WAY >> 20, sent.size());
    queue.durable(jobs.subList(0, 3));
    sendWithRoom();
    assertEquals((ResultQueue.MAX_BYTES_UNDER_WAY >> 20) + 3, sent.size());
    assertTrue(queue.hasWaiting());
  }

  @Test
  void aLargeResultWaitsForRoomAndHoldsUpNoSmallOne() {
    String large = "x".repeat(1 << 20);
    add(large);
    add("small");
    assertTrue(send(), "the network is not to blame");
    assertEquals(List.of("small"), sent);
    assertEquals(1, asked.size());
    assertTrue(asked.get(0) >= large.length());
    send();
    assertEquals(1, asked.size(), "asked once");
    room.granted(asked.get(0));
    send();
    assertEquals(List.of("small", large), sent);
    assertFalse(queue.hasWaiting());
  }

  @Test
  void saysWhichResultsWaitForRoom() {
    UUID large = add("x".repeat(100_000));
    UUID small = add("small");
    assertFalse(queue.waitsForRoom(large), "not asked for yet");
    send();
    assertTrue(queue.waitsForRoom(large));
    assertFalse(queue.waitsForRoom(small));
    room.granted(asked.get(0));
    send();
    assertFalse(queue.waitsForRoom(large));
  }

  @Test
  void roomIsForOneResult() {
    String large = "x".repeat(100_000);
    add(large);
    add(large);
    send();
    room.granted(asked.get(0));
    send();
    assertEquals(1, sent.size());
    assertEquals(2, asked.size());
  }

  @Test
  void onANewConnectionRoomIsAskedForAgain() {
    add("x".repeat(100_000));
    send();
    room.connected();
    queue.again();
    send();
    assertEquals(2, asked.size());
    assertEquals(List.of(), sent);
  }

  @Test
  void roomThatIsNotNeededAnyMoreIsGivenBack() {
    UUID job = add("x".repeat(100_000));
    send();
    room.granted(asked.get(0));
    queue.durable(List.of(job));
    room.begin();
    send();
    room.end(this::take);
    assertEquals(0L, asked.get(1));
  }

  @Test
  void whatBecameDurableBeforeItWasSentIsNotSent() {
    UUID job = add("x");
    queue.durable(List.of(job));
    send();
    assertEquals(List.of(), sent);
  }

  @Test
  void aResultThatCannotBeReadIsAnsweredAllTheSame() throws Exception {
    UUID job = add("x".repeat(3 << 20));
    Path file = directory.resolve("journal");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    List<List<byte[]>> messages = new ArrayList<>();
    queue.send(messages::add);
    assertEquals(1, messages.size());
    Frames frames = Frames.of(messages.get(0));
    NodeResult result = ((NodeMessage.Ended) NodeCodec.decode(frames)).result();
    assertEquals(job, result.jobId());
    assertEquals(Outcome.Reason.ERROR, ((Outcome.Failed) result.outcome()).reason());
    assertTrue(result.outcome().info().contains(file.toString()), result.outcome().info());
  }

  private UUID add(String text) {
    UUID job = UUID.randomUUID();
    List<byte[]> frames = List.of(text.getBytes());
    journal.ended(job, job, false, frames);
    queue.add(job, frames);
    return job;
  }

  private boolean send() {
    return queue.send(this::take);
  }

  private void sendWithRoom() {
    int before;
    do {
      before = sent.size();
      room.granted(Long.MAX_VALUE);
      send();
    } while (sent.size() > before);
  }

  private boolean take(List<byte[]> frames) {
    try {
      if (NodeCodec.decode(Frames.of(frames)) instanceof NodeMessage.RoomWanted wanted) {
        return asked.add(wanted.bytes());
      }
    } catch (BadMessageException e) {
      // A test's result, which is no message.
      return sent.add(new String(frames.get(0)));
    }
    throw new AssertionError("only tests' results are expected");
  }
}
