package io.directord.server.content;

import io.directord.common.security.Digests;
import io.directord.common.wire.PackHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;

/** A pack being received: many small contents in one file, each verified as it comes. */
final class IncomingPack implements Incoming {
  private final ContentStore store;
  private final String sender;
  private final IncomingFile file;
  private final MessageDigest digest = Digests.sha256();
  private final ByteBuffer header = ByteBuffer.allocate(PackHeader.BYTES);
  private final Map<String, Packs.Slot> slots = new LinkedHashMap<>();

  /** Of the content that is being received; null between two of them. */
  private PackHeader current;

  private long left;
  private long position;

  IncomingPack(ContentStore store, String sender, IncomingFile file) {
    this.store = store;
    this.sender = sender;
    this.file = file;
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    file.write(bytes.duplicate());
    while (bytes.hasRemaining()) {
      if (current == null) {
        readHeader(bytes);
      } else {
        read(bytes);
      }
      if (current != null && left == 0) {
        end();
      }
    }
  }

  private void readHeader(ByteBuffer bytes) throws IOException {
    while (header.hasRemaining() && bytes.hasRemaining()) {
      header.put(bytes.get());
      position++;
    }
    if (!header.hasRemaining()) {
      current = PackHeader.read(header.flip());
      header.clear();
      if (current == null) {
        throw new InvalidPackException(
            "before each content its SHA-256 and its size are expected; contents of more than "
                + PackHeader.MAX_CONTENT_BYTES
                + " bytes are sent alone");
      }
      left = current.size();
    }
  }

  private void read(ByteBuffer bytes) {
    int n = (int) Math.min(left, bytes.remaining());
    digest.update(bytes.slice(bytes.position(), n));
    bytes.position(bytes.position() + n);
    position += n;
    left -= n;
  }

  private void end() throws IOException {
    String actual = Digests.hex(digest);
    if (!actual.equals(current.sha256())) {
      throw new ContentMismatchException(current.sha256(), actual);
    }
    slots.put(current.sha256(), new Packs.Slot(null, position - current.size(), current.size()));
    current = null;
  }

  @Override
  public void commit() throws IOException {
    if (current != null || header.position() > 0) {
      throw new InvalidPackException("the last content of those that were sent is cut short");
    }
    file.force();
    store.acceptPack(file.path(), slots);
    store.senders().add(slots.keySet(), sender);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
