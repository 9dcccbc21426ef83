package io.directord.common.orchestration;

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
  /** Reads the whole file. */
  static FileDigest of(Path file, int bufferBytes) throws IOException {
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
