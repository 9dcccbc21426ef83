package io.directord.server.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;

/**
 * Contents by fingerprint that all servers with one store have in common. What is put there is
 * durable when the method returns. Thread-safe; methods block, and throw {@link StoreException} if
 * the store cannot be used.
 */
public interface ContentArchive {

  /**
   * A content.
   *
   * @param sha256 in hexadecimal; of the content itself also if it is sealed
   * @param bytes stored size
   * @param secret whether it is stored sealed
   */
  record Entry(String sha256, long bytes, boolean secret) {}

  /** All contents. Called before anything is put. */
  List<Entry> list();

  /** Stores a content, unless it is there. */
  void put(Entry entry, InputStream stored) throws IOException;

  /**
   * Writes the stored bytes of a content.
   *
   * @throws java.nio.file.NoSuchFileException if it is not there, or not all of it
   */
  void read(String sha256, OutputStream to) throws IOException;

  /** Removes contents; those that are not there are ignored. */
  void remove(Collection<String> contents);
}
