package io.directord.client.execution;

import io.directord.common.component.JobException;
import io.directord.common.wire.Upload;

/** Content on its way to the server. Belongs to the thread of a job. */
public interface Outgoing extends AutoCloseable {

  /** Tells the server, inside CURVE, what is coming; again after the server has started again. */
  @FunctionalInterface
  interface Announcement {
    void announce(Upload upload) throws JobException, InterruptedException;
  }

  /** Adds bytes; waits while the server takes no more. */
  void write(byte[] bytes, int length) throws JobException, InterruptedException;

  /** Returns when the server has all of it. */
  void finish() throws JobException, InterruptedException;

  /** Ends it in any case; returns when nothing is sent any more. */
  @Override
  void close();
}
