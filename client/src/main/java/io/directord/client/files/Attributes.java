package io.directord.client.files;

import io.directord.common.component.JobException;
import io.directord.common.component.ReadableNode.Ownership;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The wanted owner, group and mode of a file or directory; null leaves that part as it is. Set by
 * descriptor.
 */
public final class Attributes {
  private static final Path HERE = Path.of(".");
  private static final int SPECIAL_BITS = 07000;
  private static final int DEFAULT_MODE = 0666;
  private static final int DEFAULT_UMASK = 022;
  private static final int READABLE_BY_OTHERS = 0004;

  private final Ownership ownership;
  private final UserPrincipal user;
  private final GroupPrincipal group;

  private Attributes(Ownership ownership, UserPrincipal user, GroupPrincipal group) {
    this.ownership = ownership;
    this.user = user;
    this.group = group;
  }

  /**
   * Resolves users and groups.
   *
   * @throws JobException if there is no such user or group
   */
  public static Attributes of(Ownership ownership) throws JobException, IOException {
    return new Attributes(
        ownership,
        ownership.user() == null ? null : Users.user(ownership.user()),
        ownership.group() == null ? null : Users.group(ownership.group()));
  }

  /** The same owner and group, with another mode; null for none. */
  public Attributes withMode(Integer mode) {
    return new Attributes(new Ownership(ownership.user(), ownership.group(), mode), user, group);
  }

  /** The wanted mode; null for none. */
  public Integer mode() {
    return ownership.mode();
  }

  /** Whether the file at the destination has them already. */
  public boolean areThoseOf(Destination destination) throws IOException {
    return areThoseOf(destination.stat());
  }

  boolean areThoseOf(FileStat stat) throws IOException {
    return hasOwner(stat)
        && hasGroup(stat)
        && (ownership.mode() == null || ownership.mode() == stat.permissions());
  }

  /** How the existing file would change, for people; empty if it has them already. */
  public String differences(Destination destination) throws IOException {
    FileStat stat = destination.stat();
    List<String> changes = new ArrayList<>();
    if (!hasOwner(stat)) {
      changes.add("owner " + Users.user(stat.uid()).getName() + " to " + user.getName());
    }
    if (!hasGroup(stat)) {
      changes.add("group " + Users.group(stat.gid()).getName() + " to " + group.getName());
    }
    if (ownership.mode() != null && ownership.mode() != stat.permissions()) {
      changes.add(String.format("mode %04o to %04o", stat.permissions(), ownership.mode()));
    }
    return String.join(", ", changes);
  }

  /**
   * @throws JobException if this process may not give the file, existing or new, to the wanted
   *     owner
   */
  public void requireGivable(Destination file, Path shown) throws JobException, IOException {
    boolean gives =
        file.exists()
            ? !hasOwner(file.stat())
            : user != null && !user.equals(Users.user(Users.self()));
    if (gives && !Users.isSelf(0)) {
      throw new JobException(
          shown + " cannot be given to " + owner() + " (--chown): this client is not root");
    }
  }

  /**
   * Whether the file may be read by everyone, before and after.
   *
   * @param file null for a new one
   */
  public boolean areForEveryone(Destination file) throws IOException {
    boolean isThere = file != null && file.exists();
    int now = isThere ? file.stat().permissions() : DEFAULT_MODE & ~umask();
    int then = ownership.mode() == null ? now : ownership.mode();
    return ((isThere ? now & then : then) & READABLE_BY_OTHERS) != 0;
  }

  /**
   * Sets them on the file at the destination.
   *
   * @param shown the file in messages
   * @return false, with nothing set, if another user might replace the file
   */
  public boolean applyInPlace(Destination file, Path shown) throws JobException, IOException {
    if (!file.isOursAlone()) {
      return false;
    }
    applyTo(file.directory(), file.name(), shown);
    return true;
  }

  /**
   * Sets them on a directory that was found.
   *
   * @return whether it had others before
   */
  public boolean applyTo(Destination directory) throws JobException, IOException {
    boolean others = !areThoseOf(directory);
    applyTo(directory.directory(), HERE, directory.directory().path());
    return others;
  }

  /**
   * Sets them on a file that only root and this process's user can replace. The owner comes first,
   * since changing it clears set-user-id.
   *
   * @param shown the file in messages
   */
  void applyTo(Directory directory, Path name, Path shown) throws JobException, IOException {
    FileStat stat = present(directory, name);
    PosixFileAttributeView view = directory.view(name, PosixFileAttributeView.class);
    try {
      if (!hasOwner(stat)) {
        view.setOwner(user);
      }
      if (!hasGroup(stat)) {
        view.setGroup(group);
      }
    } catch (FileSystemException e) {
      throw new JobException(
          shown + " cannot be given to " + owner() + " (--chown): " + IoErrors.say(e), e);
    }
    if (ownership.mode() != null) {
      setMode(directory, name, stat, ownership.mode());
    }
  }

  /** Copies owner, if this process may change owners, and mode of the file being replaced. */
  static void copy(FileStat from, boolean withSpecialBits, Directory directory, Path name)
      throws IOException {
    FileStat to = present(directory, name);
    PosixFileAttributeView view = directory.view(name, PosixFileAttributeView.class);
    try {
      if (from.uid() != to.uid()) {
        view.setOwner(Users.user(from.uid()));
      }
      if (from.gid() != to.gid()) {
        view.setGroup(Users.group(from.gid()));
      }
    } catch (FileSystemException e) {
      System.getLogger(Attributes.class.getName())
          .log(System.Logger.Level.DEBUG, "{0} is not given away: {1}", name, IoErrors.say(e));
    }
    int mode = from.permissions() & (withSpecialBits ? FileStat.PERMISSIONS : ~SPECIAL_BITS);
    setMode(directory, name, to, mode);
  }

  /** Sets the mode that the system gives to new files. */
  static void setDefaultMode(Directory directory, Path name) throws IOException {
    setMode(directory, name, present(directory, name), DEFAULT_MODE & ~umask());
  }

  private static void setMode(Directory directory, Path name, FileStat stat, int mode)
      throws IOException {
    if ((mode & SPECIAL_BITS) == 0) {
      directory.view(name, PosixFileAttributeView.class).setPermissions(permissions(mode));
      return;
    }
    var options = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    try (FileChannel held = directory.open(name, options)) {
      if (!held.isOpen()
          || !Descriptors.use(stat.key(), file -> Files.setAttribute(file, "unix:mode", mode))) {
        throw Directory.changed(directory.path().resolve(name));
      }
    }
  }

  private static FileStat present(Directory directory, Path name) throws IOException {
    FileStat stat = directory.stat(name);
    if (stat == null) {
      throw Directory.changed(directory.path().resolve(name));
    }
    return stat;
  }

  /** Whether the owner of an existing file is the wanted one. */
  boolean nameOwnerOf(FileStat stat) throws IOException {
    return user != null && hasOwner(stat);
  }

  private boolean hasOwner(FileStat stat) throws IOException {
    return user == null || user.equals(Users.user(stat.uid()));
  }

  private boolean hasGroup(FileStat stat) throws IOException {
    return group == null || group.equals(Users.group(stat.gid()));
  }

  private String owner() {
    String name = ownership.user() == null ? "" : ownership.user();
    return ownership.group() == null ? name : name + ":" + ownership.group();
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values();
    for (int i = 0; i < all.length; i++) {
      if ((mode & 0400 >> i) != 0) {
        set.add(all[i]);
      }
    }
    return set;
  }

  private static int umask() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("Umask:")) {
        return Integer.parseInt(line.substring("Umask:".length()).strip(), 8);
      }
    }
    return DEFAULT_UMASK;
  }
}
