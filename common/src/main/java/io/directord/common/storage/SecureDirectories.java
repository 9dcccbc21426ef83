package io.directord.common.storage;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;

/** Open directories, in which files are found however the directories are renamed meanwhile. */
public final class SecureDirectories {
  private SecureDirectories() {}

  /**
   * The same stream.
   *
   * @throws IOException if this Java runtime has none of this kind; the stream is closed then
   */
  public static SecureDirectoryStream<Path> of(DirectoryStream<Path> stream) throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    throw new IOException("this Java runtime cannot open directories securely; it must be Linux's");
  }
}
