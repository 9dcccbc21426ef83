package io.directord.server.link;

import java.io.IOException;

/** Receives a requested chunk; exactly one method is called, once, by any thread. */
public interface ContentTaker {

  /**
   * The chunk, which is shared and must not be changed.
   *
   * @param release must be run once, when the bytes are no longer used; until then they count as
   *     memory in use
   */
  void taken(byte[] bytes, Runnable release);

  /** The chunk is not available. */
  void failed(IOException why);
}
