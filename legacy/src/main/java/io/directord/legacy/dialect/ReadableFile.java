package io.directord.legacy.dialect;

import io.directord.common.component.SourceFile;
import io.directord.common.security.Digests;
import io.directord.server.access.Caller;
import io.directord.server.content.ContentStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** A file that the server reads for a caller who may have fewer rights. */
final class ReadableFile {
  private static final int BUFFER_BYTES = 256 << 10;
  private static final int ATTEMPTS = 3;

  private final Path named;
  private final Path real;

  private ReadableFile(Path named, Path real) {
    this.named = named;
    this.real = real;
  }

  /**
   * @throws IllegalArgumentException if there is no such file, or if the caller might not be
   *     allowed to read it; the message is for people
   */
  static ReadableFile of(Path named, Caller caller) throws IOException {
    Path real;
    try {
      real = named.toRealPath();
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("from: there is no file " + named, e);
    }
    if (!Files.isRegularFile(real)) {
      throw new IllegalArgumentException("from: " + named + " is not a file");
    }
    if (!caller.hasServersRights() && !isReadableByAll(real)) {
      throw new IllegalArgumentException(
          "from: the server would read "
              + named
              + " with rights that "
              + caller.user()
              + " may not have: make it readable for all, or send it with directord's own"
              + " command line");
    }
    return new ReadableFile(named, real);
  }

  private static boolean isReadableByAll(Path real) throws IOException {
    boolean readable = others(real, PosixFilePermission.OTHERS_READ);
    for (Path directory = real.getParent(); directory != null; directory = directory.getParent()) {
      readable &= others(directory, PosixFilePermission.OTHERS_EXECUTE);
    }
    return readable;
  }

  private static boolean others(Path path, PosixFilePermission permission) throws IOException {
    return Files.getPosixFilePermissions(path).contains(permission);
  }

  /**
   * Copies its content into the store; a file that changes meanwhile is read again.
   *
   * @param sender for whom, see {@link io.directord.server.content.Senders#add}
   */
  SourceFile into(ContentStore contents, String sender) throws IOException {
    for (int i = 0; i < ATTEMPTS; i++) {
      String sha256 = Digests.sha256(real);
      if (contents.adopt(sha256, real)) {
        contents.senders().add(Set.of(sha256), sender);
        return new SourceFile(named.toString(), sha256, Files.size(real), null);
      }
    }
    throw new IllegalArgumentException(
        "from: " + named + " cannot be read, or changes while it is being read");
  }
}
