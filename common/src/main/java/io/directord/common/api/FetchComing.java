package io.directord.common.api;

/**
 * What a node has announced for a job, and has not sent whole.
 *
 * @param bytes how much of it the server has
 * @param of how much it may be, of an archive
 * @param waitsFor why it sends nothing at present; null if it sends
 */
public record FetchComing(String node, long bytes, long of, Wait waitsFor) {
  /** What a node waits for. */
  public enum Wait {
    /** Others send, as many as may at the same time. */
    TURN,
    /** The server has no room for all that it has announced. */
    ROOM
  }
}
