package io.directord.server.content;

import io.directord.common.tree.FileState;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The contents read last, kept open so that a chunk costs one read. Thread-safe. */
final class OpenContents implements AutoCloseable {
  private static final int MAX_OPEN = 32;

  private final ContentStore store;
  private final Map<Version, Open> open = new LinkedHashMap<>(16, 0.75f, true);

  /** A file, as it was when a content of it was verified. */
  private record Version(Path file, FileState verified) {}

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
    read(sha256, position, ByteBuffer.wrap(into, 0, length));
  }

  /** Fills the buffer from that position of the content. */
  void read(String sha256, long position, ByteBuffer buffer) throws IOException {
    if (store.isSecret(sha256)) {
      byte[] secret = store.secret(sha256);
      if (position + buffer.remaining() > secret.length) {
        throw new EOFException("the stored content " + sha256 + " is cut short");
      }
      buffer.put(secret, (int) position, buffer.remaining());
      return;
    }
    Packs.Slot place = store.place(sha256);
    Open file = use(sha256, place.pack());
    try {
      long from = place.offset() + position - buffer.position();
      while (buffer.hasRemaining()) {
        if (file.channel.read(buffer, from + buffer.position()) < 0) {
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
        Version version = entry.getKey();
        String name = version.file().getFileName().toString();
        boolean isNeeded =
            name.startsWith(Packs.PREFIX)
                ? Files.exists(version.file())
                : live.contains(name) && Objects.equals(version.verified(), store.verified(name));
        if (!isNeeded) {
          entries.remove();
          closing.add(entry.getValue());
        }
      }
    }
    for (Open file : closing) {
      release(file);
    }
  }

  private Open use(String sha256, Path file) throws IOException {
    Version version = new Version(file, store.verified(sha256));
    synchronized (this) {
      Open known = open.get(version);
      if (known != null) {
        known.uses++;
        return known;
      }
    }
    Open fresh = new Open(store.open(sha256, file));
    fresh.uses++;
    Open dropped;
    synchronized (this) {
      dropped = open.put(version, fresh);
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
    List<Open> closing;
    synchronized (this) {
      closing = List.copyOf(open.values());
      open.clear();
    }
    for (Open file : closing) {
      release(file);
    }
  }
}
