package io.directord.server.api;

import io.directord.common.validation.ErrorCode;
import io.directord.server.access.Caller;
import io.directord.server.memory.MemoryBudget.Share;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;

/**
 * The share of one request in the memory for all requests: its body and its parsed form. All
 * requests of a user together may take no more than a single one. Thread-safe; once closed, nothing
 * is held and nothing can be reserved.
 */
final class RequestMemory implements AutoCloseable {
  private static final int MIB = 1 << 20;

  /** Of all memory for requests, so much is kept for root and the server's own user. */
  private static final int PARTS_WITH_THE_RESERVE = 8;

  private final Share share;
  private final String user;
  private final long left;
  private final long usersLimit;
  private long held;
  private boolean closed;

  RequestMemory(Share share, Caller caller) {
    this.share = share;
    this.user = caller.user();
    this.left = left(share, caller);
    this.usersLimit = caller.hasServersRights() ? share.limit() : limit(share);
  }

  private static long left(Share share, Caller caller) {
    long kept = share.limit() / PARTS_WITH_THE_RESERVE;
    // A caller that is not authenticated yet gets only memory that others do not need.
    return caller.hasServersRights() ? 0 : caller.isStranger() ? share.limit() - 2 * kept : kept;
  }

  /**
   * Bytes that one request, or all of one user, may take: two thirds, so that those of others find
   * room beside them.
   */
  static long limit(Share share) {
    return share.limit() / 3 * 2;
  }

  /** Throws {@link ApiProblem} with 413 if no request may take so much. */
  static void requirePossible(Share share, long bytes) {
    if (bytes > limit(share)) {
      throw new ApiProblem(
          HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
          ErrorCode.TOO_LARGE,
          "the request takes more memory than the "
              + inWords(limit(share))
              + " that the server has for one; submit the jobs in several requests, or give the"
              + " server a larger heap");
    }
  }

  private static String inWords(long bytes) {
    return bytes < MIB ? bytes + " bytes" : bytes / MIB + " MiB";
  }

  /**
   * Reserves memory for this request.
   *
   * @throws ApiProblem with 413 if no request may take so much, 503 if others have taken it
   */
  synchronized void reserve(long bytes) {
    requirePossible(share, held + bytes);
    if (closed) {
      throw Call.bad("the request was over before it was read");
    }
    if (!share.tryReserve(bytes, left, user, usersLimit)) {
      throw new ApiProblem(
          HttpResponseStatus.SERVICE_UNAVAILABLE,
          ErrorCode.SERVER_BUSY,
          "other large requests are under way; try again in a moment",
          Map.of(HttpHeaderNames.RETRY_AFTER.toString(), "1"));
    }
    held += bytes;
  }

  /** Gives some of it back. */
  synchronized void release(long bytes) {
    if (!closed) {
      held -= bytes;
      share.release(bytes, user);
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      share.release(held, user);
    }
  }
}
