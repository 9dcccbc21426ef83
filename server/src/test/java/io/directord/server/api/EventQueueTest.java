package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.Event;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.wire.NodeMessage.Stream;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.memory.MemoryBudget.Share;
import io.directord.server.memory.MemoryBudget.Use;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventQueueTest {
  private static final Job JOB = JobJson.read(Json.object().put("verb", "RUN"));

  private final Share share = new MemoryBudget(1_000_000).share(Use.FOLLOWERS);
  private final ReaderMemory memory = new ReaderMemory(share);
  private final EventQueue queue = new EventQueue(memory);

  @Test
  void anEventIsWeighedOnceForAllFollowers() {
    Event event = output("node-1", "a line\n");
    assertSame(memory.loss(event), memory.loss(event));
    assertEquals(1, memory.loss(event).lines());
    assertEquals(2, memory.loss(output("node-1", "a line\nanother\n")).lines());
  }

  @Test
  void manyFollowersThatCannotBeTakenFromAreNotLookedAtWithEveryEvent() {
    AtomicInteger looks = new AtomicInteger();
    for (int i = 0; i < 200; i++) {
      memory.add(
          new ReaderMemory.Follower() {
            @Override
            public long waitsSince() {
              looks.incrementAndGet();
              return System.nanoTime();
            }

            @Override
            public void forget() {}

            @Override
            public void cut() {}
          });
    }
    assertTrue(share.tryReserve(share.limit()));
    for (int i = 0; i < 1000; i++) {
      queue.offer(output("node-1", "a line\n"));
    }
    assertTrue(looks.get() < 100 * 200, "looked at " + looks.get());
    share.release(share.limit());
  }

  @Test
  void outputIsLeftOutFirstAndCountedByJobAndNode() {
    for (int i = 0; i < 300; i++) {
      queue.offer(output("node-" + i % 2, "a line\nand more of it\n" + "x".repeat(500)));
      if (i % 30 == 0) {
        queue.offer(ended());
      }
    }
    List<Event> got = drain(queue);
    assertEquals(10, got.stream().filter(Event.JobEnded.class::isInstance).count());
    long shown = got.stream().filter(Event.JobOutput.class::isInstance).count();
    long outputs = 0;
    long lines = 0;
    long ofOneNode = 0;
    for (Event event : got) {
      if (event instanceof Event.Missed missed) {
        assertFalse(missed.mayHideEnds(), missed.toString());
        outputs += missed.outputs();
        lines += missed.lines();
        ofOneNode +=
            missed.output().stream()
                .filter(of -> of.node().equals("node-1") && of.jobId().equals(JOB.id()))
                .mapToLong(Event.MissedOutput::lines)
                .sum();
      }
    }
    assertTrue(outputs > 0, "nothing was left out");
    assertEquals(300, shown + outputs);
    assertEquals(2 * outputs, lines);
    assertTrue(Math.abs(lines / 2 - ofOneNode) < 10, lines + " " + ofOneNode);
    assertEquals(0, share.reserved());
  }

  @Test
  void anEventThatWaitsForManyIsInMemoryOnce() {
    List<EventQueue> queues = new ArrayList<>();
    Event event = output("node", "x".repeat(5_000));
    for (int i = 0; i < 100; i++) {
      EventQueue one = new EventQueue(memory);
      one.offer(event);
      queues.add(one);
    }
    assertTrue(share.reserved() < 12_000, share.reserved() + " bytes");
    queues.forEach(one -> assertEquals(List.of(event), drain(one)));
    assertEquals(0, share.reserved());
  }

  @Test
  void whatIsTooLargeForAllIsMissedAndNothingElse() {
    queue.offer(output("node", "x".repeat(200_000)));
    queue.offer(ended());
    List<Event> got = drain(queue);
    assertEquals(2, got.size(), got.toString());
    assertEquals(1, ((Event.Missed) got.get(0)).outputs());
  }

  @Test
  void itLeavesRoomForOthers() {
    for (int i = 0; i < 10_000; i++) {
      queue.offer(ended());
    }
    assertTrue(share.reserved() < share.limit() - 10_000, share.reserved() + " bytes");
    List<Event> got = drain(queue);
    Event.Missed missed = (Event.Missed) got.get(got.size() - 1);
    assertEquals(10_000, got.size() - 1 + missed.events());
    assertEquals(0, missed.outputs());
  }

  @Test
  void whatIsForgottenIsCounted() {
    queue.forget();
    assertNull(queue.poll());
    queue.offer(output("node", "a\nb\n"));
    queue.offer(ended());
    queue.forget();
    assertEquals(0, share.reserved());
    assertEquals(
        List.of(new Event.Missed(2, 1, 2, List.of(new Event.MissedOutput(JOB.id(), "node", 2)))),
        drain(queue));
  }

  @Test
  void nothingIsHeldAfterTheEnd() {
    queue.offer(ended());
    queue.close();
    queue.offer(ended());
    assertNull(queue.poll());
    assertEquals(0, share.reserved());
  }

  private static List<Event> drain(EventQueue queue) {
    List<Event> all = new ArrayList<>();
    for (EncodedEvent event = queue.poll(); event != null; event = queue.poll()) {
      String line = event.part(0, event.length()).toString(StandardCharsets.UTF_8);
      assertTrue(line.startsWith("data: ") && line.endsWith("\n\n"), line);
      all.add(Json.read(line.substring("data: ".length()), Event.class));
      event.release();
    }
    return all;
  }

  private static Event ended() {
    return SampleViews.ended(JOB);
  }

  private static Event output(String node, String text) {
    return new Event.JobOutput(JOB.id(), JOB.parent().id(), node, Stream.STDOUT, text, null, 0);
  }
}
