package io.directord.common.tree;

/**
 * Something in a tree.
 *
 * @param path relative to the tree's root, names separated by slashes
 * @param mode permission bits, from 0 to 0777; of a link they mean nothing
 * @param size of a file, in bytes; else 0
 * @param text of a file the SHA-256 of its content in lower-case hexadecimal, of a link where it
 *     leads; null for a directory
 */
public record TreeEntry(Kind kind, String path, int mode, long size, String text) {

  /** The types of entries; everything else is left out of a tree. */
  public enum Kind {
    DIRECTORY('d'),
    FILE('f'),
    LINK('l');

    private final char letter;

    Kind(char letter) {
      this.letter = letter;
    }

    char letter() {
      return letter;
    }
  }

  public static TreeEntry directory(String path, int mode) {
    return new TreeEntry(Kind.DIRECTORY, path, mode, 0, null);
  }

  public static TreeEntry file(String path, int mode, long size, String sha256) {
    return new TreeEntry(Kind.FILE, path, mode, size, sha256);
  }

  public static TreeEntry link(String path, String target) {
    return new TreeEntry(Kind.LINK, path, 0, 0, target);
  }

  public boolean isFile() {
    return kind == Kind.FILE;
  }

  public boolean isDirectory() {
    return kind == Kind.DIRECTORY;
  }

  /** The path of the directory that it is in; empty for the tree's root. */
  public String parent() {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  /** Its name in that directory. */
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
