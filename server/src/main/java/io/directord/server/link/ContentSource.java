package io.directord.server.link;

import java.util.List;
import java.util.function.Consumer;

/**
 * The source of replies at a content port. Thread-safe; never blocks.
 *
 * @param <Q> a request; requests for the same chunk are equal
 */
public interface ContentSource<Q> {

  /**
   * A reply as it is sent.
   *
   * @param whenGone must be run once, by any thread, when it was written or dropped; until then it
   *     counts as memory in use
   */
  record Answer(List<byte[]> frames, Runnable whenGone) {}

  /**
   * Requests a reply.
   *
   * @param then receives the reply once: at once, or later by another thread
   */
  void ask(Q request, Consumer<Answer> then);

  /** Whether replies must wait for memory. */
  boolean isOutOfMemory();
}
