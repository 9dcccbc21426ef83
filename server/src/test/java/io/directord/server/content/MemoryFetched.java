package io.directord.server.content;

import io.directord.server.store.FetchedArchive;
import io.directord.server.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** An archive in memory; fails if it is told to. */
final class MemoryFetched implements FetchedArchive {
  private final Map<Key, Entry> entries = new ConcurrentHashMap<>();
  private final Map<Key, byte[]> contents = new ConcurrentHashMap<>();
  volatile boolean isAway;

  /** Done before a content is put, and after. */
  volatile Step before = () -> {};

  volatile Step after = () -> {};

  interface Step {
    void run() throws IOException;
  }

  @Override
  public List<Entry> list() {
    return new ArrayList<>(entries.values());
  }

  @Override
  public void put(Entry entry, InputStream content) throws IOException {
    require();
    before.run();
    contents.put(entry.key(), content.readAllBytes());
    entries.put(entry.key(), entry);
    after.run();
  }

  @Override
  public byte[] read(Key key, long offset, int max) {
    require();
    byte[] all = contents.get(key);
    return all == null
        ? null
        : Arrays.copyOfRange(all, (int) offset, (int) Math.min(all.length, offset + max));
  }

  @Override
  public void removeContent(Key key) {
    require();
    contents.remove(key);
    entries.computeIfPresent(
        key, (known, entry) -> new Entry(known, entry.owner(), entry.receipt(), -1));
  }

  @Override
  public void remove(Collection<Key> keys) {
    require();
    entries.keySet().removeAll(keys);
    contents.keySet().removeAll(keys);
  }

  private void require() {
    if (isAway) {
      throw new StoreException("it is away", null);
    }
  }
}
