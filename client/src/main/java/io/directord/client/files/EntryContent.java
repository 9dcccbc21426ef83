package io.directord.client.files;

import io.directord.common.security.Digests;
import io.directord.common.tree.KnownFingerprints;
import io.directord.common.tree.TreeEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * Compares the content of files with that of a tree's, and reads only those whose fingerprint is
 * not known. Not thread-safe.
 */
final class EntryContent {
  private static final int BUFFER_BYTES = 128 << 10;

  private final KnownFingerprints known;
  private final MessageDigest digest = Digests.sha256();
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

  EntryContent(KnownFingerprints known) {
    this.known = known;
  }

  /**
   * Whether the file has the entry's content; false also if it cannot be read.
   *
   * @param stat of the file, which has the entry's size
   */
  boolean isIn(Directory in, Path name, TreeEntry entry, FileStat stat)
      throws IOException, InterruptedException {
    String found = known.find(stat.state());
    if (found != null) {
      return found.equals(entry.text());
    }
    long readAt = known.now();
    digest.reset();
    try (FileChannel file = in.read(name)) {
      long left = entry.size();
      buffer.clear();
      while (left > 0 && file.read(buffer) >= 0) {
        left -= buffer.position();
        digest.update(buffer.flip());
        buffer.clear();
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
      if (left != 0 || file.size() != entry.size()) {
        return false;
      }
      String sha256 = Digests.hex(digest);
      FileStat after = in.stat(name);
      if (after != null && after.state().equals(stat.state())) {
        // A file that was put there for the reading only would have another one.
        known.add(in.path().resolve(name), stat.state(), sha256, readAt);
      }
      return sha256.equals(entry.text());
    } catch (FileSystemException e) {
      // Not readable for this user, or a program that is running.
      return false;
    }
  }
}
