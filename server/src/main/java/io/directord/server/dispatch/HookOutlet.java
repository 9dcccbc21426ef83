package io.directord.server.dispatch;

import io.directord.common.api.HookView;
import io.directord.server.store.StoredHookEvent;
import java.util.List;
import java.util.function.Consumer;

/** Tells hooks what has happened. Called on the dispatcher's thread, and must not block. */
public interface HookOutlet {
  /** Of a server without hooks. */
  HookOutlet NONE = (event, done) -> done.accept(event);

  /**
   * Delivers an event that is durable; events of a run in their order.
   *
   * @param done called, on any thread, when it was delivered or given up
   */
  void deliver(StoredHookEvent event, Consumer<StoredHookEvent> done);

  /** So many events of a hook were left out, since too many wait. */
  default void dropped(String hook, int events) {}

  /** How deliveries go; for any thread. */
  default List<HookView> hooks() {
    return List.of();
  }
}
