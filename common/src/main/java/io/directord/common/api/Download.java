package io.directord.common.api;

import io.directord.common.http.HttpCall;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.UUID;

/** Reads what a job has brought, or is bringing, part by part. Not thread-safe. */
final class Download extends InputStream {
  private static final int ATTEMPTS = 30;
  private static final long PAUSE_MILLIS = 1000;
  private static final int BUSY = 503;
  private static final int NOT_FOUND = 404;

  /** Status of a part of what is still coming. */
  private static final int COMING = 202;

  /** Pause where nothing has come, though something should have. */
  private static final long COMING_MILLIS = 100;

  private final ApiCalls calls;
  private final UUID job;
  private final String node;
  private final ServerConnection.Coming coming;
  private byte[] part = new byte[0];
  private int at;
  private long offset;
  private boolean ended;

  /** Whether the node has sent everything, as far as is known. */
  private boolean whole;

  /**
   * @param coming waits for what is not whole; null for what is whole
   */
  Download(ApiCalls calls, UUID job, String node, ServerConnection.Coming coming) {
    this.calls = calls;
    this.job = job;
    this.node = node;
    this.coming = coming;
    this.whole = coming == null;
  }

  @Override
  public int read() throws IOException {
    return fill() ? part[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int n = Math.min(length, part.length - at);
    System.arraycopy(part, at, into, from, n);
    at += n;
    return n;
  }

  private boolean fill() throws IOException {
    while (at == part.length && !ended) {
      boolean mayCome = !whole && coming.await(offset);
      part = next();
      at = 0;
      offset += part.length;
      ended = part.length == 0 && whole;
      if (part.length == 0 && !whole) {
        if (!mayCome) {
          throw new NotBroughtException(null);
        }
        pause(COMING_MILLIS);
      }
    }
    return !ended;
  }

  /** The server may be busy, or starting again. */
  private byte[] next() throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return part();
      } catch (ApiException e) {
        if (e.problem().status() == NOT_FOUND && !whole) {
          throw new NotBroughtException(e);
        }
        if (e.problem().status() != BUSY || attempt == ATTEMPTS) {
          throw e;
        }
      } catch (InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
      pause(PAUSE_MILLIS);
    }
  }

  private static void pause(long millis) throws InterruptedIOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the server");
    }
  }

  /** Empty at the end. */
  private byte[] part() throws IOException {
    String target = "/v1/jobs/" + job + "/fetched/" + ApiCalls.encode(node) + "?offset=" + offset;
    try (HttpCall exchange = calls.open(target)) {
      byte[] bytes = calls.accepted(exchange).readAllBytes();
      whole = exchange.status() != COMING;
      return bytes;
    }
  }
}
