package io.directord.common.orchestration;

import io.directord.common.input.GivenFile;
import io.directord.common.security.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * What a file has, as it was read.
 *
 * @param size in bytes
 */
record FileDigest(String sha256, long size) {
  /** Of a file that says that it is empty, as files of the kernel do. */
  private static final int MAX_BYTES_WITHOUT_SIZE = 16 << 20;

  /**
   * Reads the whole file.
   *
   * @throws IOException also if it has no size and does not end, see {@link GivenFile#read}
   */
  static FileDigest of(Path file, int bufferBytes) throws IOException {
    if (Files.size(file) == 0) {
      byte[] bytes = GivenFile.read(file, MAX_BYTES_WITHOUT_SIZE);
      return new FileDigest(Digests.sha256(bytes), bytes.length);
    }
    MessageDigest digest = Digests.sha256();
    byte[] buffer = new byte[bufferBytes];
    long size = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        size += n;
      }
    }
    return new FileDigest(Digests.hex(digest), size);
  }
}
