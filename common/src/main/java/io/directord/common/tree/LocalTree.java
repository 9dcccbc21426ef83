package io.directord.common.tree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A directory where the operator stands, as it was when it was read: what is needed to send it.
 *
 * @param manifest see {@link Manifest}
 */
public record LocalTree(Path root, String sha256, byte[] manifest) {

  /** Its files by the SHA-256 of their content. */
  public Map<String, LocalFile> contents() throws IOException {
    Map<String, LocalFile> contents = new HashMap<>();
    for (TreeEntry entry : Manifest.read(manifest)) {
      if (entry.isFile()) {
        contents.putIfAbsent(entry.text(), new LocalFile(root.resolve(entry.path()), entry.size()));
      }
    }
    return contents;
  }

  /**
   * A file of it.
   *
   * @param size when it was read, in bytes
   */
  public record LocalFile(Path path, long size) {}
}
