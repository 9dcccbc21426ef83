package io.directord.server.hook;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.config.HookSettings;
import io.directord.common.loop.Loop;
import io.directord.common.loop.LoopThread;
import io.directord.server.LogLines;
import io.directord.server.link.Threads;
import io.directord.server.store.StoredHookEvent;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hooks that change while events are delivered. */
@Timeout(300)
class HookSenderTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final List<String> started = new CopyOnWriteArrayList<>();
  private final HookSender sender = new HookSender(() -> NOW);
  private final Threads crew =
      new Threads() {
        @Override
        public LoopThread start(String name, Loop loop) {
          started.add(name);
          return LoopThread.start(name, loop, this::died);
        }

        @Override
        public void died(String thread, Throwable why) {}
      };

  @AfterEach
  void close() {
    sender.close();
  }

  private static HookSettings.Hook hook(String name) {
    return new HookSettings.Hook(name, null, List.of("/bin/x"), null, Set.of("job.failed"));
  }

  private static HookSender.Table table(Carrier carrier, String... names) {
    return new HookSender.Table(
        Stream.of(names).map(HookSenderTest::hook).toList(),
        Stream.of(names).map(name -> carrier).toList());
  }

  private static StoredHookEvent event(String hook) {
    return new StoredHookEvent(hook, 1, "job.failed", null, NOW, "{}");
  }

  @Test
  void aHookThatIsGoneAndSlowToEndHoldsUpNoDelivery() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch told = new CountDownLatch(1);
    CountDownLatch otherIsServed = new CountDownLatch(1);
    Carrier slow =
        (event, at) -> {
          begun.countDown();
          try {
            otherIsServed.await();
          } catch (InterruptedException e) {
            told.countDown();
            otherIsServed.await();
          }
        };
    sender.replace(table(slow, "gone", "stays"));
    sender.start(crew);
    sender.deliver(event("gone"), done -> {});
    begun.await();
    try (LogLines log = new LogLines(LoopThread.class)) {
      Thread reload = new Thread(() -> sender.replace(table(slow, "stays")));
      reload.start();
      told.await();
      sender.dropped("stays", 1);
      otherIsServed.countDown();
      reload.join();
      assertEquals(List.of(), log.warnings());
    }
  }

  @Test
  void whatIsReadAnewWhenTheServerHasEndedStartsNothing() {
    sender.replace(table((event, at) -> {}, "one"));
    sender.start(crew);
    sender.close();
    sender.replace(table((event, at) -> {}, "one", "two"));
    assertEquals(List.of("hook-one"), started);
  }
}
