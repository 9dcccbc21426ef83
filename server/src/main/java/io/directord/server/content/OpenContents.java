package io.directord.server.content;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The contents read last, kept open so that a chunk costs one read. Thread-safe. */
final class OpenContents implements AutoCloseable {
  private static final int MAX_OPEN = 32;

  private final ContentStore store;
  private final Map<String, Open> open = new LinkedHashMap<>(16, 0.75f, true);

  /** Closed when it is not kept any more and nothing reads it. */
  private static final class Open {
    final FileChannel channel;
    int uses = 1;

    Open(FileChannel channel) {
      this.channel = channel;
    }
  }

  OpenContents(ContentStore store) {
    this.store = store;
  }

  /** Fills the first bytes of the buffer from that position of the content. */
  void read(String sha256, long position, byte[] into, int length) throws IOException {
    Open file = use(sha256);
    try {
      ByteBuffer buffer = ByteBuffer.wrap(into, 0, length);
      while (buffer.hasRemaining()) {
        if (file.channel.read(buffer, position + buffer.position()) < 0) {
          throw new EOFException("the stored content " + sha256 + " is cut short");
        }
      }
    } finally {
      release(file);
    }
  }

  /** Closes all others, to free the disk space of removed ones. */
  void retain(Set<String> live) throws IOException {
    List<Open> closing = new ArrayList<>();
    synchronized (this) {
      for (var entries = open.entrySet().iterator(); entries.hasNext(); ) {
        var entry = entries.next();
        if (!live.contains(entry.getKey())) {
          entries.remove();
          closing.add(entry.getValue());
        }
      }
    }
    for (Open file : closing) {
      release(file);
    }
  }

  private Open use(String sha256) throws IOException {
    synchronized (this) {
      Open known = open.get(sha256);
      if (known != null) {
        known.uses++;
        return known;
      }
    }
    Open fresh = new Open(store.read(sha256));
    fresh.uses++;
    Open dropped;
    synchronized (this) {
      dropped = open.put(sha256, fresh);
      if (dropped == null && open.size() > MAX_OPEN) {
        Iterator<Open> eldest = open.values().iterator();
        dropped = eldest.next();
        eldest.remove();
      }
    }
    if (dropped != null) {
      release(dropped);
    }
    return fresh;
  }

  private void release(Open file) throws IOException {
    boolean unused;
    synchronized (this) {
      file.uses--;
      unused = file.uses == 0;
    }
    if (unused) {
      file.channel.close();
    }
  }

  @Override
  public void close() throws IOException {
    retain(Set.of());
  }
}
