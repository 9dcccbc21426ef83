package io.directord.client.files;

import io.directord.common.tree.FileState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;

/**
 * Attributes of a file, links not followed.
 *
 * @param key device and inode
 * @param mode type and permission bits
 * @param uid as a signed number, as Java has it
 * @param gid as a signed number, as Java has it
 */
public record FileStat(Object key, FileState state, int mode, int uid, int gid) {
  static final int PERMISSIONS = 07777;
  private static final String ATTRIBUTES = "unix:fileKey,mode,uid,gid," + FileState.ATTRIBUTES;
  private static final int TYPE = 0170000;
  private static final int DIRECTORY = 0040000;
  private static final int REGULAR = 0100000;
  private static final int LINK = 0120000;
  private static final int STICKY_FOR_ALL = 01002;
  private static final int WRITABLE_BY_OTHERS = 0022;

  static FileStat of(Path path) throws IOException {
    Map<String, Object> values = Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    return new FileStat(
        values.get("fileKey"),
        FileState.of(values),
        (Integer) values.get("mode"),
        (Integer) values.get("uid"),
        (Integer) values.get("gid"));
  }

  /** The device that it is on. */
  long device() {
    return state.device();
  }

  /** In bytes. */
  public long size() {
    return state.size();
  }

  boolean isDirectory() {
    return (mode & TYPE) == DIRECTORY;
  }

  boolean isRegular() {
    return (mode & TYPE) == REGULAR;
  }

  boolean isLink() {
    return (mode & TYPE) == LINK;
  }

  int permissions() {
    return mode & PERMISSIONS;
  }

  /**
   * Whether it is a directory such as {@code /tmp}: all users may create files, and remove only
   * their own.
   */
  boolean isShared() {
    return (mode & STICKY_FOR_ALL) == STICKY_FOR_ALL;
  }

  /** Whether only root and this process's user can change the entries of the directory. */
  boolean isOursAlone() {
    return Users.isTrusted(uid) && (mode & WRITABLE_BY_OTHERS) == 0;
  }
}
