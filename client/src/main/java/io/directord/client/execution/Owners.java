package io.directord.client.execution;

import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext.Ownership;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipalNotFoundException;

/** Owner, group and mode of files. */
final class Owners {
  private static final int PERMISSION_BITS = 07777;
  private static final int DEFAULT_UMASK = 022;

  private Owners() {}

  /** Sets what is not null. The owner first, since a change of it clears set-user-id. */
  static void apply(Path path, Ownership ownership) throws JobException, IOException {
    var lookup = path.getFileSystem().getUserPrincipalLookupService();
    PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    try {
      if (ownership.user() != null) {
        view.setOwner(lookup.lookupPrincipalByName(ownership.user()));
      }
      if (ownership.group() != null) {
        view.setGroup(lookup.lookupPrincipalByGroupName(ownership.group()));
      }
    } catch (UserPrincipalNotFoundException e) {
      throw new JobException("there is no user or group " + e.getName() + " on this node", e);
    } catch (FileSystemException e) {
      throw new JobException(
          path + " cannot be given to " + owner(ownership) + ": " + IoErrors.say(e), e);
    }
    if (ownership.mode() != null) {
      setMode(path, ownership.mode());
    }
  }

  static void setMode(Path path, int mode) throws IOException {
    Files.setAttribute(path, "unix:mode", mode & PERMISSION_BITS);
  }

  /** Gives a new file the mode that the system would have given it. */
  static void setDefaultMode(Path path) throws IOException {
    setMode(path, 0666 & ~umask());
  }

  /** Makes a file that replaces another one look like it: its mode, and its owner if permitted. */
  static void copy(Path from, Path to) throws IOException {
    for (String attribute : new String[] {"unix:uid", "unix:gid"}) {
      Object wanted = Files.getAttribute(from, attribute);
      if (!wanted.equals(Files.getAttribute(to, attribute))) {
        giveIfPermitted(to, attribute, wanted);
      }
    }
    setMode(to, (Integer) Files.getAttribute(from, "unix:mode"));
  }

  /** Only root may give files away; for others the new file is theirs, as with any editor. */
  private static void giveIfPermitted(Path path, String attribute, Object id) throws IOException {
    try {
      Files.setAttribute(path, attribute, id);
    } catch (FileSystemException e) {
      System.getLogger(Owners.class.getName())
          .log(System.Logger.Level.DEBUG, "{0} stays this user''s: {1}", path, IoErrors.say(e));
    }
  }

  private static int umask() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("Umask:")) {
        return Integer.parseInt(line.substring("Umask:".length()).strip(), 8);
      }
    }
    return DEFAULT_UMASK;
  }

  private static String owner(Ownership ownership) {
    String user = ownership.user() == null ? "" : ownership.user();
    return ownership.group() == null ? user : user + ":" + ownership.group();
  }
}
