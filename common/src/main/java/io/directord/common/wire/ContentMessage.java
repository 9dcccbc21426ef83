package io.directord.common.wire;

import java.util.Arrays;

/**
 * Messages on the content port, which are not inside CURVE. Contents are named by tickets, keyed
 * digests that reveal nothing; chunks and denials are sealed with the delivery's key, which travels
 * with the job. See {@code Sealing}.
 */
public sealed interface ContentMessage {

  /** Names the content and the job that delivers it: {@link Delivery#ticket}. */
  byte[] ticket();

  /** Number of the chunk, from 0. */
  long chunk();

  /** Requests one chunk; a node may have a window of requests in flight. */
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
   * Denies a chunk, since the job has ended or the content is gone.
   *
   * @param sealed the reason; empty for a ticket that the server does not know, and has no key of
   */
  record Denied(byte[] ticket, long chunk, byte[] sealed) implements ContentMessage {}

  /**
   * A chunk that a node sends, see {@link Upload}. Without content it only asks what the server
   * wants.
   *
   * @param last whether it is the last one
   * @param sealed empty to ask
   */
  record Offer(byte[] ticket, long chunk, boolean last, byte[] sealed) implements ContentMessage {
    @Override
    public boolean equals(Object other) {
      return other instanceof Offer offer
          && chunk == offer.chunk
          && Arrays.equals(ticket, offer.ticket);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(ticket) + Long.hashCode(chunk);
    }
  }

  /**
   * Confirms all chunks of an upload before this one.
   *
   * @param sealed how many chunks from this one on the node may send; 0 to wait
   */
  record Wanted(byte[] ticket, long chunk, byte[] sealed) implements ContentMessage {}
}
