package io.directord.server.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * What FETCH has brought, for all servers with one store. What is put there is durable when the
 * method returns. Thread-safe; methods block, and throw {@link StoreException} if the store cannot
 * be used.
 */
public interface FetchedArchive {

  /** What a node has brought for a job. */
  record Key(UUID job, String node) {}

  /**
   * One of them.
   *
   * @param owner who may download it
   * @param receipt what has come, in the form of the caller
   * @param bytes of the content; negative if only the receipt is left
   */
  record Entry(Key key, String owner, byte[] receipt, long bytes) {}

  /** All of them. Called before anything is put. */
  List<Entry> list();

  /** Stores one whose key is not there. */
  void put(Entry entry, InputStream content) throws IOException;

  /**
   * A part of a content.
   *
   * @param max number of bytes; fewer may come, and none only at the end
   * @return null if the content is not there
   */
  byte[] read(Key key, long offset, int max);

  /** Removes a content and leaves its receipt. */
  void removeContent(Key key);

  /** Removes contents with their receipts; those that are not there are ignored. */
  void remove(Collection<Key> keys);
}
