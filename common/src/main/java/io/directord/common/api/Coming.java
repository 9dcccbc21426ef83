package io.directord.common.api;

import java.io.IOException;

/** Waits for what a node is sending. */
@FunctionalInterface
public interface Coming {
  /**
   * Returns when enough has come to be downloaded, or everything, or no more is waited for.
   *
   * @param offset how much was downloaded, in bytes
   * @return whether more may come
   * @throws java.io.InterruptedIOException if the thread is interrupted
   */
  boolean await(long offset) throws IOException;
}
