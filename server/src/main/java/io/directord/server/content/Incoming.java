package io.directord.server.content;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What is received for the store, and becomes valid only with {@link #commit}. Not thread-safe;
 * must be closed in any case.
 */
public interface Incoming extends AutoCloseable {

  /** Appends the content of the buffer. */
  void write(ByteBuffer bytes) throws IOException;

  /**
   * Adds it to the store, durably.
   *
   * @throws ContentMismatchException if it has another fingerprint than was announced
   */
  void commit() throws IOException;

  @Override
  void close() throws IOException;
}
