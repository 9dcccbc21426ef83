package io.directord.server.content;

import io.directord.common.tree.Manifest;
import io.directord.common.tree.TreeEntry;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;

/** The files of a tree, one after the other, in little memory. Immutable. */
final class TreeFiles {
  private static final int DIGEST_BYTES = 32;

  private byte[] digests = new byte[0];

  /** Where each ends. */
  private long[] ends = new long[0];

  private int count;

  private TreeFiles() {}

  /** Reads a manifest. */
  static TreeFiles of(InputStream manifest) throws IOException {
    TreeFiles files = new TreeFiles();
    Manifest.read(manifest, files::add);
    return files;
  }

  private void add(TreeEntry entry) {
    if (!entry.isFile()) {
      return;
    }
    if (count == ends.length) {
      int room = Math.max(64, 2 * count);
      ends = Arrays.copyOf(ends, room);
      digests = Arrays.copyOf(digests, room * DIGEST_BYTES);
    }
    ends[count] = Math.addExact(bytes(), entry.size());
    byte[] digest = HexFormat.of().parseHex(entry.text());
    System.arraycopy(digest, 0, digests, count * DIGEST_BYTES, DIGEST_BYTES);
    count++;
  }

  int count() {
    return count;
  }

  /** Size of all together. */
  long bytes() {
    return count == 0 ? 0 : ends[count - 1];
  }

  /** The fingerprint of one of them. */
  String sha256(int file) {
    int at = file * DIGEST_BYTES;
    return HexFormat.of().formatHex(digests, at, at + DIGEST_BYTES);
  }

  long start(int file) {
    return file == 0 ? 0 : ends[file - 1];
  }

  long end(int file) {
    return ends[file];
  }

  /** The file that has the byte at this position. */
  int at(long position) {
    int found = Arrays.binarySearch(ends, 0, count, position + 1);
    int file = found < 0 ? -found - 1 : found;
    while (file > 0 && ends[file - 1] > position) {
      file--;
    }
    return file;
  }

  /** About the memory that it takes. */
  long weight() {
    return digests.length + (long) Long.BYTES * ends.length;
  }
}
