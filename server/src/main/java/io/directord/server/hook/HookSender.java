package io.directord.server.hook;

import io.directord.common.api.HookView;
import io.directord.common.config.HookSettings;
import io.directord.common.loop.LoopThread;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.ValidationError;
import io.directord.server.dispatch.HookOutlet;
import io.directord.server.link.Threads;
import io.directord.server.store.StoredHookEvent;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** Delivers events to the hooks of the configuration, each on a thread of its own. Thread-safe. */
public final class HookSender implements HookOutlet, AutoCloseable {
  private final InstantSource clock;
  private final Map<String, Running> all = new LinkedHashMap<>();
  private Threads crew;
  private boolean closed;

  /**
   * A hook that is told.
   *
   * @param thread null before the start
   */
  private record Running(HookLoop loop, LoopThread thread) {}

  /** What was read, and may take the place of what is there. */
  public record Table(List<HookSettings.Hook> hooks, List<Carrier> carriers) {}

  public HookSender(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Reads the secrets of hooks.
   *
   * @param errors receives what is wrong
   */
  public static Table read(List<HookSettings.Hook> hooks, List<ValidationError> errors) {
    List<Carrier> carriers = new ArrayList<>();
    for (HookSettings.Hook hook : hooks) {
      try {
        carriers.add(
            hook.url() == null
                ? new CommandCarrier(hook.command())
                : new UrlCarrier(hook.url(), Signature.of(hook.secretFile())));
      } catch (IOException e) {
        errors.add(
            new ValidationError("hook " + hook.name() + ": " + IoErrors.sayWhere(e))
                .withCode(ErrorCode.WRONG_SETTING));
      }
    }
    return new Table(hooks, carriers);
  }

  /** Tells those from now on; what waits for one that stays is delivered as it is told now. */
  public void replace(Table table) {
    // Without the lock, since a thread may take long to end.
    replaced(table).forEach(LoopThread::close);
  }

  /** Returns the threads of hooks that are no longer configured. */
  private synchronized List<LoopThread> replaced(Table table) {
    if (closed) {
      return List.of();
    }
    Map<String, Running> before = new LinkedHashMap<>(all);
    all.clear();
    for (int i = 0; i < table.hooks().size(); i++) {
      HookSettings.Hook hook = table.hooks().get(i);
      Running running = before.remove(hook.name());
      if (running == null) {
        HookLoop loop = new HookLoop(hook, table.carriers().get(i), clock, System::nanoTime);
        running = new Running(loop, crew == null ? null : started(hook.name(), loop));
      } else {
        running.loop().replace(hook, table.carriers().get(i));
      }
      all.put(hook.name(), running);
    }
    return threads(before.values());
  }

  private static List<LoopThread> threads(Collection<Running> of) {
    return of.stream().map(Running::thread).filter(Objects::nonNull).toList();
  }

  private LoopThread started(String name, HookLoop loop) {
    return crew.start("hook-" + name, loop);
  }

  /** From then on events are delivered. */
  public synchronized void start(Threads by) {
    crew = by;
    all.replaceAll((name, running) -> new Running(running.loop(), started(name, running.loop())));
  }

  @Override
  public void deliver(StoredHookEvent event, Consumer<StoredHookEvent> done) {
    HookLoop loop = find(event.hook());
    if (loop == null) {
      done.accept(event);
    } else {
      loop.add(event, done);
    }
  }

  private synchronized HookLoop find(String hook) {
    Running running = all.get(hook);
    return running == null ? null : running.loop();
  }

  @Override
  public void dropped(String hook, int events) {
    HookLoop loop = find(hook);
    if (loop != null) {
      loop.dropped(events);
    }
  }

  @Override
  public synchronized List<HookView> hooks() {
    return all.values().stream().map(running -> running.loop().view()).toList();
  }

  /** What was not delivered stays in the store. */
  @Override
  public void close() {
    List<LoopThread> threads;
    synchronized (this) {
      closed = true;
      threads = threads(all.values());
    }
    threads.forEach(LoopThread::close);
  }
}
