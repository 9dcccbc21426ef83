package io.directord.common.tree;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A directory where the operator stands, as it was when it was read: what is needed to send it.
 *
 * @param manifest see {@link Manifest}
 * @param entries what the manifest lists
 */
public record LocalTree(Path root, String sha256, byte[] manifest, List<TreeEntry> entries) {

  /**
   * The files that have these contents.
   *
   * @param wanted SHA-256 of each
   * @return one file for each content that the tree has
   */
  public Map<String, LocalFile> contents(Set<String> wanted) {
    Map<String, LocalFile> contents = new HashMap<>();
    for (TreeEntry entry : entries) {
      if (entry.isFile() && wanted.contains(entry.text())) {
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
