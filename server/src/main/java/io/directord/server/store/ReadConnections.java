package io.directord.server.store;

import java.util.concurrent.LinkedBlockingDeque;

/**
 * Connections to a database for reading, each used by one thread at a time and kept for the next.
 * Thread-safe.
 *
 * @param <C> a connection
 * @param <E> what it throws
 */
public final class ReadConnections<C extends AutoCloseable, E extends Exception>
    implements AutoCloseable {
  /** More are closed after use. */
  private static final int MAX_IDLE = 4;

  private final Source<C, E> source;
  private final LinkedBlockingDeque<C> idle = new LinkedBlockingDeque<>(MAX_IDLE);
  private volatile boolean closed;

  /** Opens a connection. */
  public interface Source<C, E extends Exception> {
    C open() throws E;
  }

  /** What is read; it may be read again. */
  public interface Query<C, T, E extends Exception> {
    T run(C connection) throws E;
  }

  public ReadConnections(Source<C, E> source) {
    this.source = source;
  }

  /** Reads; once more if the connection that was kept has been lost meanwhile. */
  public <T> T read(Query<C, T, E> query) throws E {
    C kept = idle.pollLast();
    if (kept != null) {
      try {
        return with(kept, query);
      } catch (Exception e) {
        // Those beside it are most likely lost too.
        closeIdle();
      }
    }
    return with(source.open(), query);
  }

  private <T> T with(C connection, Query<C, T, E> query) throws E {
    boolean sound = false;
    try {
      T found = query.run(connection);
      sound = true;
      return found;
    } finally {
      if (!sound || !idle.offerLast(connection)) {
        close(connection);
      } else if (closed) {
        closeIdle();
      }
    }
  }

  private void closeIdle() {
    for (C next = idle.pollLast(); next != null; next = idle.pollLast()) {
      close(next);
    }
  }

  /** Closes a connection that may be lost. */
  public static void close(AutoCloseable connection) {
    try {
      connection.close();
    } catch (Exception e) {
      // What is lost cannot be closed in order.
      return;
    }
  }

  @Override
  public void close() {
    closed = true;
    closeIdle();
  }
}
