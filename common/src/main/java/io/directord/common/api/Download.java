package io.directord.common.api;

import io.directord.common.http.HttpCall;
import io.directord.common.input.BlockInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;

/** Reads a file of the server, or one that is still coming, part by part. Not thread-safe. */
public final class Download extends BlockInput {
  private static final int ATTEMPTS = 30;
  private static final long PAUSE_MILLIS = 1000;
  private static final int BUSY = 503;
  private static final int NOT_FOUND = 404;

  /** Status of a part of what is still coming. */
  private static final int COMING = 202;

  /** Pause where nothing has come, though something should have. */
  private static final long COMING_MILLIS = 100;

  private final ApiCalls calls;
  private final String target;
  private final Coming coming;
  private long offset;
  private boolean ended;

  /** Whether the node has sent everything, as far as is known. */
  private boolean whole;

  /** The part that is being read; null between two of them. */
  private HttpCall part;

  private InputStream body;
  private boolean mayCome;
  private boolean isEmpty;

  /** Failures since something was read last. */
  private int failures;

  private int resumptions;

  /**
   * @param target of the request, which takes an offset
   * @param coming waits for what is not whole; null for what is whole
   */
  Download(ApiCalls calls, String target, Coming coming) {
    this.calls = calls;
    this.target = target;
    this.coming = coming;
    this.whole = coming == null;
  }

  /** How often it has gone on where it was, after the connection was cut or could not be made. */
  public int resumptions() {
    return resumptions;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    int n = 0;
    while (n == 0 && length > 0 && !ended) {
      if (body == null) {
        begin();
      }
      n = some(into, from, length);
      if (n < 0) {
        endPart();
        n = 0;
      }
    }
    return n == 0 && length > 0 ? -1 : n;
  }

  /** Requests the next part. */
  private void begin() throws IOException {
    mayCome = !whole && coming.await(offset);
    isEmpty = true;
    while (body == null) {
      try {
        open();
      } catch (ApiException e) {
        if (e.problem().status() == NOT_FOUND && !whole) {
          throw new NotBroughtException(e);
        }
        if (e.problem().status() != BUSY) {
          throw e;
        }
        failed(e);
      } catch (IOException e) {
        failed(e);
      }
    }
  }

  private void open() throws IOException {
    part = calls.open(target + "?offset=" + offset);
    try {
      body = calls.accepted(part);
      whole = part.status() != COMING;
    } finally {
      if (body == null) {
        close();
      }
    }
  }

  /** Some bytes of the part; below 0 at its end, or where it is cut off. */
  private int some(byte[] into, int from, int length) throws IOException {
    try {
      int n = body.read(into, from, length);
      if (n > 0) {
        offset += n;
        isEmpty = false;
        if (failures > 0 && offset > n) {
          resumptions++;
        }
        failures = 0;
      }
      return n;
    } catch (IOException e) {
      failed(e);
      isEmpty = false;
      return -1;
    }
  }

  private void endPart() throws IOException {
    close();
    ended = isEmpty && whole;
    if (isEmpty && !whole) {
      if (!mayCome) {
        throw new NotBroughtException(null);
      }
      pause(COMING_MILLIS);
    }
  }

  /** The server may be busy, or starting again. */
  private void failed(IOException why) throws IOException {
    failures++;
    boolean isInterrupted =
        why instanceof InterruptedIOException && !(why instanceof SocketTimeoutException);
    if (isInterrupted || failures == ATTEMPTS) {
      throw why;
    }
    pause(PAUSE_MILLIS);
  }

  private static void pause(long millis) throws InterruptedIOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the server");
    }
  }

  @Override
  public void close() throws IOException {
    body = null;
    if (part != null) {
      part.close();
      part = null;
    }
  }
}
