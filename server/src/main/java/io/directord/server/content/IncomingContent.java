package io.directord.server.content;

import io.directord.common.security.Digests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Set;

/** One content being received into a file of its own. */
final class IncomingContent implements Incoming {
  private final ContentStore store;
  private final String sha256;
  private final String sender;
  private final IncomingFile file;
  private final MessageDigest digest = Digests.sha256();

  IncomingContent(ContentStore store, String sha256, String sender, IncomingFile file) {
    this.store = store;
    this.sha256 = sha256;
    this.sender = sender;
    this.file = file;
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    digest.update(bytes.duplicate());
    file.write(bytes);
  }

  @Override
  public void commit() throws IOException {
    String actual = Digests.hex(digest);
    if (!actual.equals(sha256)) {
      throw new ContentMismatchException(sha256, actual);
    }
    // What somebody else has sent must be sent whole too, but is not stored twice.
    if (!store.has(sha256)) {
      file.force();
      store.accept(file.path(), sha256);
    }
    store.senders().add(Set.of(sha256), sender);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
