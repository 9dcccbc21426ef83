package io.directord.server.hook;

import io.directord.common.api.HookView;
import io.directord.common.config.HookSettings;
import io.directord.common.config.Settings;
import io.directord.common.loop.LoopThread;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.WrongSettingException;
import io.directord.server.dispatch.HookOutlet;
import io.directord.server.link.Threads;
import io.directord.server.store.StoredHookEvent;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Delivers events to the hooks of the configuration, each on a thread of its own. Thread-safe. */
public final class HookSender implements HookOutlet, AutoCloseable {
  private final Map<String, HookLoop> loops = new LinkedHashMap<>();
  private final List<LoopThread> threads = new ArrayList<>();

  /**
   * @throws WrongSettingException if a secret cannot be read
   */
  public HookSender(HookSettings settings, InstantSource clock) throws WrongSettingException {
    for (HookSettings.Hook hook : settings.hooks()) {
      loops.put(hook.name(), new HookLoop(hook, carrier(hook), clock, System::nanoTime));
    }
  }

  private static Carrier carrier(HookSettings.Hook hook) throws WrongSettingException {
    try {
      return hook.url() == null
          ? new CommandCarrier(hook.command())
          : new UrlCarrier(hook.url(), Signature.of(hook.secretFile()));
    } catch (IOException e) {
      throw new WrongSettingException(
          Settings.HOOKS.name(), "hook " + hook.name() + ": " + IoErrors.sayWhere(e), e);
    }
  }

  /** From then on events are delivered. */
  public void start(Threads crew) {
    loops.forEach((name, loop) -> threads.add(crew.start("hook-" + name, loop)));
  }

  @Override
  public void deliver(StoredHookEvent event, Consumer<StoredHookEvent> done) {
    loops.get(event.hook()).add(event, done);
  }

  @Override
  public void dropped(String hook, int events) {
    loops.get(hook).dropped(events);
  }

  @Override
  public List<HookView> hooks() {
    return loops.values().stream().map(HookLoop::view).toList();
  }

  /** What was not delivered stays in the store. */
  @Override
  public void close() {
    threads.forEach(LoopThread::close);
  }
}
