package io.directord.server.dispatch;

import io.directord.server.store.FoundJob;
import java.util.List;

/** What the core wants to know something from the store for; the core alone looks inside. */
interface Finder {

  /**
   * Goes on.
   *
   * @param found without those jobs that are not kept
   */
  void found(List<FoundJob> found, Turn turn);

  /** The store cannot be read. */
  void failed(RuntimeException why, Turn turn);
}
