package io.directord.server.content;

import io.directord.common.security.Digests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** One content being received into a file of its own. */
final class IncomingContent implements Incoming {
  private final ContentStore store;
  private final String sha256;
  private final IncomingFile file;
  private final MessageDigest digest = Digests.sha256();

  IncomingContent(ContentStore store, String sha256, IncomingFile file) {
    this.store = store;
    this.sha256 = sha256;
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
    file.force();
    store.accept(file.path(), sha256);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
