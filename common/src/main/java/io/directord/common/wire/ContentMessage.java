package io.directord.common.wire;

import java.util.Arrays;

/**
 * What is said on the content port. Nothing of it is inside CURVE: contents are named by tickets,
 * which are keyed digests, so that a name says nothing of what it names; chunks and denials are
 * sealed with the delivery's key, which travels with the job. See {@code Sealing}.
 */
public sealed interface ContentMessage {

  /** Names the content and the job that delivers it: {@link Delivery#ticket}. */
  byte[] ticket();

  /** Number of the chunk, from 0. */
  long chunk();

  /** A node asks for one chunk; it may have a window of requests under way. */
  record Request(byte[] ticket, long chunk) implements ContentMessage {
    @Override
    public boolean equals(Object other) {
      return other instanceof Request request
          && chunk == request.chunk
          && Arrays.equals(ticket, request.ticket);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(ticket) + Long.hashCode(chunk);
    }
  }

  /** One sealed chunk. */
  record Chunk(byte[] ticket, long chunk, byte[] sealed) implements ContentMessage {}

  /**
   * No, because the job has ended or the content is gone.
   *
   * @param sealed the reason; empty for a ticket that the server does not know, and has no key of
   */
  record Denied(byte[] ticket, long chunk, byte[] sealed) implements ContentMessage {}
}
