package io.directord.server.link;

import java.util.List;
import java.util.function.Consumer;

/**
 * What is handed out at a content port. Thread-safe; nothing here blocks.
 *
 * @param <Q> a request; two for the same are equal
 */
public interface ContentSource<Q> {

  /**
   * An answer as it is sent.
   *
   * @param whenGone to be run once, by any thread, when it is written or not wanted any more: until
   *     then it counts as memory in use
   */
  record Answer(List<byte[]> frames, Runnable whenGone) {}

  /**
   * Answers a request.
   *
   * @param then told the answer once: at once, or later by another thread
   */
  void ask(Q request, Consumer<Answer> then);

  /** Whether answers cannot be made, since others that were made take all memory there is. */
  boolean isOutOfMemory();
}
