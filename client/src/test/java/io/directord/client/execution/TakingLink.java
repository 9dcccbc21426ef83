package io.directord.client.execution;

import io.directord.common.component.JobException;
import io.directord.common.wire.Delivery;

/** A server that takes all that a node sends it, and sends nothing. */
public class TakingLink implements ContentLink {
  /**
   * A part has come.
   *
   * @param announced how many bytes all parts have together at most
   */
  protected void taken(byte[] part, int length, long announced) {}

  @Override
  public final void fetch(Delivery delivery, long[] chunks, Sink sink) {
    throw new UnsupportedOperationException();
  }

  @Override
  public final Outgoing send(long bytes, Outgoing.Announcement announcement) {
    return new Outgoing() {
      @Override
      public void write(byte[] part, int length) throws JobException {
        taken(part, length, bytes);
      }

      @Override
      public void finish() {
        // All of it has come.
      }

      @Override
      public void close() {
        // Nothing is open.
      }
    };
  }
}
