package io.directord.client.files;

import io.directord.common.component.JobException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;

/** Users and groups of this machine. */
final class Users {
  private static final long MAX_ID = 0xffff_fffeL;
  private static final UserPrincipalLookupService LOOKUP =
      FileSystems.getDefault().getUserPrincipalLookupService();

  private Users() {}

  /** Whether it is root or the user of this process. */
  static boolean isTrusted(int uid) {
    return uid == 0 || uid == Self.UID;
  }

  /** The user of this process. */
  static int self() {
    return Self.UID;
  }

  /** Whether it is the user of this process. */
  static boolean isSelf(int uid) {
    return uid == Self.UID;
  }

  /** The name of a file's owner, for people. */
  static String ownerOf(Path path) {
    try {
      return Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName();
    } catch (IOException e) {
      return "another user";
    }
  }

  static UserPrincipal user(int uid) throws IOException {
    return LOOKUP.lookupPrincipalByName(Integer.toString(uid));
  }

  static GroupPrincipal group(int gid) throws IOException {
    return LOOKUP.lookupPrincipalByGroupName(Integer.toString(gid));
  }

  /**
   * @param text a name, or a number up to 4294967294
   * @throws JobException if there is no such user
   */
  static UserPrincipal user(String text) throws JobException, IOException {
    try {
      return LOOKUP.lookupPrincipalByName(text);
    } catch (UserPrincipalNotFoundException e) {
      return user(id(text, "user", e));
    }
  }

  /**
   * @param text a name, or a number up to 4294967294
   * @throws JobException if there is no such group
   */
  static GroupPrincipal group(String text) throws JobException, IOException {
    try {
      return LOOKUP.lookupPrincipalByGroupName(text);
    } catch (UserPrincipalNotFoundException e) {
      return group(id(text, "group", e));
    }
  }

  /** Java parses ids up to 2^31, and represents larger ones as negative numbers. */
  private static int id(String text, String kind, UserPrincipalNotFoundException cause)
      throws JobException {
    if (!text.matches("[0-9]+")) {
      throw new JobException("--chown: unknown " + kind + " " + text + " on this node", cause);
    }
    if (text.length() > Long.toString(MAX_ID).length() || Long.parseLong(text) > MAX_ID) {
      throw new JobException(
          "--chown: " + text + " is not a " + kind + " id: the largest is " + MAX_ID, cause);
    }
    return (int) Long.parseLong(text);
  }

  /** Looked up when it is first needed. */
  private static final class Self {
    static final int UID = uid();

    /** The user by whose rights the kernel grants access to files. */
    private static int uid() {
      try {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
          if (line.startsWith("Uid:")) {
            String[] ids = line.split("\\s+");
            return Integer.parseUnsignedInt(ids[ids.length - 1]);
          }
        }
      } catch (IOException e) {
        throw new IllegalStateException("/proc is needed to know this process's user", e);
      }
      throw new IllegalStateException("/proc/self/status does not tell this process's user");
    }
  }
}
