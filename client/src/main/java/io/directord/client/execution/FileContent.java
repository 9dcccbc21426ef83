package io.directord.client.execution;

import io.directord.client.files.Destination;
import io.directord.common.security.Digests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.security.MessageDigest;

/** Compares the content of a file with a digest. */
final class FileContent {
  private static final int BUFFER_BYTES = 128 << 10;

  private FileContent() {}

  /** Whether the file exists and has that content; false if it cannot be read. */
  static boolean matches(Destination file, long size, String sha256)
      throws IOException, InterruptedException {
    if (!file.isFile() || file.size() != size) {
      return false;
    }
    try (FileChannel in = file.read()) {
      return in.size() == size && sha256.equals(digest(in, size));
    } catch (FileSystemException e) {
      // Not readable for this user, or a program that is running.
      return false;
    }
  }

  private static String digest(FileChannel in, long size) throws IOException, InterruptedException {
    MessageDigest digest = Digests.sha256();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    while (in.position() < size && in.read(buffer) >= 0) {
      digest.update(buffer.flip());
      buffer.clear();
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
    return Digests.hex(digest);
  }
}
