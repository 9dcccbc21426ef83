package io.directord.server.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.server.store.FoundJob;
import io.directord.server.store.JobRead;
import io.directord.server.store.JobStore;
import io.directord.server.store.MemoryStore;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever goes wrong while the store is read: nobody waits for it in vain. */
class ReaderTest {
  private static final class Unexpected extends Error {
    private static final long serialVersionUID = 1;
  }

  private final BlockingQueue<Input> inputs = new LinkedBlockingQueue<>();
  private final JobStore broken =
      StoreStub.of(
          new MemoryStore(),
          (method, real) -> {
            if (method.equals("job")) {
              throw new Unexpected();
            }
            return real.ask();
          });
  private final Reader reader =
      new Reader(
          broken,
          inputs::add,
          (store, run) -> {
            throw new Unexpected();
          });

  @AfterEach
  void close() {
    reader.close();
  }

  private static <T> T soon(CompletableFuture<T> future) {
    return future.orTimeout(4, TimeUnit.MINUTES).join();
  }

  private Input next() throws InterruptedException {
    return inputs.poll(4, TimeUnit.MINUTES);
  }

  @Test
  void aCallerIsToldOfAnError() {
    CompletableFuture<Object> to = new CompletableFuture<>();

    reader.ask(store -> store.job(7), to);

    CompletionException told = assertThrows(CompletionException.class, () -> soon(to));
    assertInstanceOf(Unexpected.class, told.getCause());
  }

  @Test
  void theCoreIsToldOfAnError() throws InterruptedException {
    Effect.Finder finder =
        new Effect.Finder() {
          @Override
          public void found(List<FoundJob> jobs, Turn turn) {}

          @Override
          public void failed(RuntimeException why, Turn turn) {}
        };

    reader.read(new Effect.Read(List.of(new JobRead(UUID.randomUUID(), Set.of())), finder));

    Input.NotFound told = assertInstanceOf(Input.NotFound.class, next());
    assertSame(finder, told.finder());
    assertInstanceOf(Unexpected.class, told.why().getCause());
  }

  @Test
  void aScheduleIsToldOfAnError() throws InterruptedException {
    reader.prepareRun(null);

    assertInstanceOf(Input.Prepared.class, next());
  }

  @Test
  void aFollowerIsToldThatItHasMissedSomething() throws InterruptedException {
    Follower follower = new Follower(new EventFilter(Set.of(), EventFilter.Detail.JOBS), e -> {});
    Snapshot snapshot = new Snapshot(follower, List.of(), List.of(UUID.randomUUID()), List.of());

    reader.catchUp(follower, snapshot);

    Input.CaughtUp part = assertInstanceOf(Input.CaughtUp.class, next());
    assertEquals(List.of(new Event.Missed(1)), part.events());
  }
}
