package io.directord.server.content;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The contents read last, kept open so that a chunk costs one read. Not thread-safe. */
final class OpenContents implements AutoCloseable {
  private static final int MAX_OPEN = 32;

  private final ContentStore store;
  private final Map<String, FileChannel> open = new LinkedHashMap<>(16, 0.75f, true);

  OpenContents(ContentStore store) {
    this.store = store;
  }

  /** Fills the first bytes of the buffer from that position of the content. */
  void read(String sha256, long position, byte[] into, int length) throws IOException {
    FileChannel channel = channel(sha256);
    ByteBuffer buffer = ByteBuffer.wrap(into, 0, length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException("the stored content " + sha256 + " is cut short");
      }
    }
  }

  /** Closes all others, so that the disk gets the room of removed ones back. */
  void retain(Set<String> live) throws IOException {
    for (var entries = open.entrySet().iterator(); entries.hasNext(); ) {
      var entry = entries.next();
      if (!live.contains(entry.getKey())) {
        entries.remove();
        entry.getValue().close();
      }
    }
  }

  private FileChannel channel(String sha256) throws IOException {
    FileChannel channel = open.get(sha256);
    if (channel == null || !channel.isOpen()) {
      channel = store.read(sha256);
      open.put(sha256, channel);
      if (open.size() > MAX_OPEN) {
        var eldest = open.entrySet().iterator();
        FileChannel unused = eldest.next().getValue();
        eldest.remove();
        unused.close();
      }
    }
    return channel;
  }

  @Override
  public void close() throws IOException {
    retain(Set.of());
  }
}
