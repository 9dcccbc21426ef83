package io.directord.server.content;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * The sealed chunks asked for last, in bounded memory: nodes that go in step get the same bytes,
 * sealed once. Thread-safe.
 */
final class SealedChunks {
  private final long limit;
  private final Map<Key, byte[]> chunks = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  record Key(UUID jobId, String sha256, long chunk) {}

  /**
   * @param limit in bytes
   */
  SealedChunks(long limit) {
    this.limit = limit;
  }

  /** The chunk, or null. */
  synchronized byte[] get(Key key) {
    return chunks.get(key);
  }

  synchronized void put(Key key, byte[] sealed) {
    byte[] before = chunks.put(key, sealed);
    bytes += sealed.length - (before == null ? 0 : before.length);
    var eldest = chunks.entrySet().iterator();
    while (bytes > limit && eldest.hasNext()) {
      bytes -= eldest.next().getValue().length;
      eldest.remove();
    }
  }

  synchronized void forget(UUID jobId) {
    chunks
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = entry.getKey().jobId().equals(jobId);
              bytes -= gone ? entry.getValue().length : 0;
              return gone;
            });
  }
}
