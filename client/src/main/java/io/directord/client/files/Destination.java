package io.directord.client.files;

import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The destination of a path: an open directory and a name in it. Resolved name by name as the
 * kernel does, {@code ..} and links included; but a link of another user is followed only where
 * that user could not abuse it:
 *
 * <ul>
 *   <li>not in a sticky directory that all may write to, as with the kernel's {@code
 *       fs.protected_symlinks};
 *   <li>elsewhere, unless its owner is root or this process's user, only to what its owner owns.
 * </ul>
 *
 * Not thread-safe.
 */
public final class Destination implements AutoCloseable {
  /** The kernel's limit. */
  private static final int MAX_LINKS = 40;

  private static final Path HERE = Path.of(".");
  private static final Path UP = Path.of("..");

  private final Path given;
  private final boolean make;
  private final Deque<Directory> opened = new ArrayDeque<>();
  private int links;
  private boolean made;
  private Spot spot;

  /**
   * @param directory that it is in; or the directory itself, if there is no name
   * @param name null for the directory itself
   * @param stat what is there, or null
   */
  private record Spot(Directory directory, Path name, FileStat stat) {}

  private Destination(Path given, boolean make) {
    this.given = given;
    this.make = make;
  }

  /**
   * Resolves the path of a file, which need not exist yet.
   *
   * @throws JobException if no file can be there
   */
  public static Destination of(Path path) throws JobException, IOException {
    return new Destination(path, false).find();
  }

  /**
   * Finds a directory, and makes it and its parents if they are not there.
   *
   * @throws JobException if something else exists there, or if it belongs to another user in a
   *     directory where all may create directories
   */
  public static Destination makeDirectory(Path path, Attributes wanted)
      throws JobException, IOException {
    return new Destination(path, true).find().enter(wanted);
  }

  /**
   * Finds a directory.
   *
   * @throws JobException if there is none
   */
  static Destination ofDirectory(Path path) throws JobException, IOException {
    Destination found = new Destination(path, false).find();
    try {
      found.spot = itself(found.directory(found.spot));
      return found;
    } catch (JobException | IOException | RuntimeException e) {
      found.close();
      throw e;
    }
  }

  private Destination find() throws JobException, IOException {
    try {
      spot = walk(given);
      return this;
    } catch (JobException | IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Steps from a name in a directory to the directory of that name. */
  private Destination enter(Attributes wanted) throws JobException, IOException {
    try {
      refuseOthers("directories", wanted);
      spot = itself(directory(spot));
      return this;
    } catch (JobException | IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * @throws JobException if what is there is not a file, or is one of another user than wanted in a
   *     directory where all may put files, as with the kernel's {@code fs.protected_regular}
   */
  public void requireFile(Attributes wanted) throws JobException, IOException {
    FileStat stat = spot.stat;
    if (stat == null) {
      return;
    }
    if (stat.isDirectory()) {
      throw new JobException(given + " is a directory: end it with / to have the file put into it");
    }
    if (!stat.isRegular()) {
      throw new JobException(given + " exists and is not a file");
    }
    refuseOthers("files", wanted);
  }

  /**
   * @throws JobException if there is no file to read, or it is one of another user in a directory
   *     where all may put files
   */
  private void requireReadable() throws JobException, IOException {
    FileStat stat = spot.stat;
    if (stat == null) {
      throw new JobException(given + ": there is no such file");
    }
    if (stat.isDirectory()) {
      throw new JobException(given + ": this is a directory, not a file");
    }
    if (!stat.isRegular()) {
      throw new JobException(given + " exists and is not a file");
    }
    refuseOthers("files", Attributes.of(NodeContext.Ownership.DEFAULT));
  }

  /**
   * The content of a file.
   *
   * @param maxBytes of a longer file only this much is read, and one byte more
   * @throws JobException if it cannot be read, or must not be trusted
   */
  public static byte[] read(Path path, int maxBytes) throws JobException, InterruptedException {
    try (Destination file = of(path)) {
      file.requireReadable();
      try (FileChannel in = file.read()) {
        return Channels.newInputStream(in).readNBytes(maxBytes + 1);
      }
    } catch (MissingDirectoryException e) {
      throw new JobException(path + ": there is no such file", e);
    } catch (ClosedByInterruptException e) {
      throw new InterruptedException();
    } catch (PathChangedException e) {
      throw new JobException(
          path + " was changed by another process while it was being read: run the job again", e);
    } catch (IOException e) {
      throw new JobException(path + " cannot be read: " + IoErrors.say(e), e);
    }
  }

  /**
   * Refuses files of another user in a directory where all users may create files.
   *
   * @param things for people
   */
  private void refuseOthers(String things, Attributes wanted) throws JobException, IOException {
    FileStat stat = spot.stat;
    FileStat directory = spot.directory.stat();
    if (stat != null
        && spot.name != null
        && directory.isShared()
        && !Users.isSelf(stat.uid())
        && stat.uid() != directory.uid()
        && !wanted.nameOwnerOf(stat)) {
      throw new JobException(
          given
              + " belongs to "
              + Users.ownerOf(spot.directory.path().resolve(spot.name))
              + ", in a directory where everyone may put "
              + things
              + ": remove it, or choose another place");
    }
  }

  /** Attributes of the existing file, or null. */
  FileStat stat() {
    return spot.stat;
  }

  /** The directory that it is in; itself, if it was made as a directory. */
  Directory directory() {
    return spot.directory;
  }

  /** Its name in that directory. */
  Path name() {
    return spot.name;
  }

  /** Where it is, links resolved. */
  Path path() {
    return spot.directory.path().resolve(spot.name);
  }

  public boolean exists() {
    return spot.stat != null;
  }

  /** Whether this process may put a file here, or replace the one that is. */
  public boolean mayBeReplaced() {
    return Files.isWritable(spot.directory.path());
  }

  /** Whether it is an existing regular file. */
  public boolean isFile() {
    return exists() && spot.stat.isRegular();
  }

  /** Whether the directory, or one on the way to it, was created. */
  public boolean isMade() {
    return made;
  }

  public boolean isDirectory() {
    return exists() && spot.stat.isDirectory();
  }

  /** The size in bytes of the existing file. */
  public long size() {
    return spot.stat.size();
  }

  /** Whether only root and this process's user can replace it. */
  boolean isOursAlone() {
    return spot.directory.stat().isOursAlone();
  }

  /** Opens the file for reading; what another user may have put in its place never blocks. */
  public FileChannel read() throws IOException {
    return spot.directory.read(spot.name);
  }

  @Override
  public void close() throws IOException {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  private Spot walk(Path path) throws JobException, IOException {
    return walk(keep(Directory.root()), path);
  }

  private Spot walk(Directory from, Path path) throws JobException, IOException {
    Spot at = itself(from);
    for (Path name : path) {
      at = step(directory(at), name);
    }
    return at;
  }

  private Spot step(Directory in, Path name) throws JobException, IOException {
    if (name.equals(HERE)) {
      return itself(in);
    }
    if (name.equals(UP)) {
      return itself(keep(in.parent()));
    }
    FileStat stat = in.stat(name);
    return stat != null && stat.isLink() ? follow(in, name, stat) : new Spot(in, name, stat);
  }

  private Spot follow(Directory in, Path name, FileStat link) throws JobException, IOException {
    if (++links > MAX_LINKS) {
      throw new JobException(given + " is a link that leads back to itself");
    }
    FileStat directory = in.stat();
    if (directory.isShared() && !Users.isSelf(link.uid()) && link.uid() != directory.uid()) {
      throw refused(in.path().resolve(name), "in a directory where everyone may put links");
    }
    Spot end = end(in, name, link);
    if (!Users.isTrusted(link.uid()) && !belongs(end, link.uid())) {
      throw refused(in.path().resolve(name), "and leads to what does not");
    }
    return end;
  }

  private Spot end(Directory in, Path name, FileStat link) throws JobException, IOException {
    if (in.isMagic()) {
      try {
        return itself(keep(in.follow(name)));
      } catch (NotDirectoryException e) {
        throw new JobException(given + " leads to what has no place, as a pipe or a terminal", e);
      }
    }
    Path text = in.link(name, link);
    return text.isAbsolute() ? walk(text) : walk(in, text);
  }

  private static boolean belongs(Spot spot, int uid) {
    return spot.stat != null && spot.stat.uid() == uid
        || spot.name != null && spot.directory.stat().uid() == uid;
  }

  private JobException refused(Path link, String why) {
    return new JobException(
        link
            + " is a link that belongs to "
            + Users.ownerOf(link)
            + ", "
            + why
            + ": it is not followed"
            + (link.equals(given) ? "" : " on the way to " + given));
  }

  private Directory directory(Spot spot) throws JobException, IOException {
    if (spot.name == null) {
      return spot.directory;
    }
    Path path = spot.directory.path().resolve(spot.name);
    FileStat stat = spot.stat == null && make ? made(spot) : spot.stat;
    if (stat == null) {
      throw new MissingDirectoryException(path);
    }
    if (!stat.isDirectory()) {
      throw new JobException(path + " exists and is not a directory");
    }
    return keep(spot.directory.enter(spot.name, stat));
  }

  private FileStat made(Spot spot) throws IOException {
    Path path = spot.directory.path().resolve(spot.name);
    boolean byOthers = false;
    try {
      spot.directory.makeDirectory(spot.name);
      made = true;
    } catch (FileAlreadyExistsException e) {
      byOthers = true;
    }
    FileStat there = spot.directory.stat(spot.name);
    if (there == null || !byOthers && !Users.isSelf(there.uid())) {
      throw Directory.changed(path);
    }
    return there;
  }

  private static Spot itself(Directory directory) {
    return new Spot(directory, null, directory.stat());
  }

  private Directory keep(Directory directory) {
    opened.push(directory);
    return directory;
  }

  /** Thrown if a directory on the way does not exist. */
  static final class MissingDirectoryException extends JobException {
    private static final long serialVersionUID = 1;

    MissingDirectoryException(Path directory) {
      super("the directory " + directory + " does not exist: WORKDIR makes directories");
    }
  }
}
