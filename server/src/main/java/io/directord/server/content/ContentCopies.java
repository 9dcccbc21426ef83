package io.directord.server.content;

import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.tree.SourceTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;

/** Contents as they are stored, for copies of the store. Thread-safe; methods block on the disk. */
public final class ContentCopies {
  private static final int BUFFER_BYTES = 256 << 10;

  /** Of secrets, which are small. */
  private static final int MAX_SECRET = 16 << 20;

  private final ContentStore contents;
  private final Trees trees;

  public ContentCopies(ContentStore contents, Trees trees) {
    this.contents = contents;
    this.trees = trees;
  }

  /**
   * The fingerprints of all that a job delivers.
   *
   * @throws java.nio.file.NoSuchFileException if the manifest of a directory is not stored
   */
  public Set<String> of(Job job) throws IOException {
    Set<String> all = new LinkedHashSet<>();
    SourceFile.in(job).forEach(file -> all.add(file.sha256()));
    SourceTree tree = SourceTree.in(job);
    if (tree != null) {
      all.add(tree.sha256());
      TreeFiles files = trees.files(tree.sha256());
      for (int i = 0; i < files.count(); i++) {
        all.add(files.sha256(i));
      }
    }
    return all;
  }

  /**
   * A stored content.
   *
   * @param stored to be closed; sealed, if it is a secret
   * @param length in bytes
   */
  public record Stored(InputStream stored, long length, boolean secret) {}

  /**
   * Opens a content.
   *
   * @throws java.nio.file.NoSuchFileException if it is not stored
   */
  public Stored open(String sha256) throws IOException {
    boolean isSecret = contents.isSecret(sha256);
    long length = contents.place(sha256).size();
    return new Stored(contents.stream(sha256), length, isSecret);
  }

  /**
   * Stores a content that was copied.
   *
   * @param stored as {@link #open} had it
   * @throws java.nio.file.NoSuchFileException if it is a secret of a server with another key
   * @throws NoSpaceException if the disk has no room for it
   */
  public void put(String sha256, boolean secret, InputStream stored, long length)
      throws IOException {
    if (secret) {
      contents.keepSealed(sha256, stored.readNBytes((int) Math.min(length, MAX_SECRET)));
      return;
    }
    try (Incoming content = contents.receive(sha256, length, null)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int n = stored.read(buffer); n >= 0; n = stored.read(buffer)) {
        content.write(ByteBuffer.wrap(buffer, 0, n));
      }
      content.commit();
    }
  }
}
