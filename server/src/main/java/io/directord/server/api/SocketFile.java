package io.directord.server.api;

import io.directord.common.storage.DurableFiles;
import io.directord.common.validation.WrongSettingException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The file of the server's socket. A lock beside it is held while the server lives, so two servers
 * never share a path, and what a dead one left is replaced. The socket is bound in a directory that
 * only this user may enter and moved to its place once group and mode are right: nobody else can
 * connect before.
 */
final class SocketFile implements AutoCloseable {
  /** What sun_path of Linux's unix(7) holds, without its final zero. */
  private static final int MAX_BYTES = 107;

  /** From {@code sys/stat.h}. */
  private static final int S_IFMT = 0170000;

  private static final int S_IFSOCK = 0140000;

  private static final String BOUND_NAME = "s";

  private final Path path;
  private final Path lockFile;
  private final FileChannel lock;
  private final Path nursery;
  private Object published;

  private SocketFile(Path path, Path lockFile, FileChannel lock, Path nursery) {
    this.path = path;
    this.lockFile = lockFile;
    this.lock = lock;
    this.nursery = nursery;
  }

  /**
   * Makes sure that the path is ours to use.
   *
   * @throws IOException in words for people: the path is too long, its directory is not there or
   *     not writable, another server uses it, or it is not a socket
   */
  static SocketFile claim(Path socket) throws IOException {
    Path path = socket.toAbsolutePath();
    Path nursery =
        path.resolveSibling(String.format(".%06x", ThreadLocalRandom.current().nextInt(1 << 24)));
    checkLength(path, nursery.resolve(BOUND_NAME));
    Path lockFile = path.resolveSibling(path.getFileName() + ".lock");
    FileChannel lock = lock(path, lockFile);
    try {
      refuseIfInUse(path);
      Files.createDirectory(nursery, permissions("rwx------"));
      return new SocketFile(path, lockFile, lock, nursery);
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  /** Where to bind. */
  UnixDomainSocketAddress address() {
    return UnixDomainSocketAddress.of(nursery.resolve(BOUND_NAME));
  }

  /**
   * Moves the bound socket to its place.
   *
   * @param group name or number; null leaves the user's own
   */
  void publish(String group) throws IOException {
    Path bound = nursery.resolve(BOUND_NAME);
    var view = Files.getFileAttributeView(bound, PosixFileAttributeView.class);
    if (group != null) {
      setGroup(view, group);
    }
    view.setPermissions(PosixFilePermissions.fromString("rw-rw----"));
    published = key(bound);
    Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Files.delete(nursery);
  }

  /** Removes the socket, unless somebody put another in its place. */
  @Override
  public void close() throws IOException {
    try (lock) {
      Files.deleteIfExists(nursery.resolve(BOUND_NAME));
      Files.deleteIfExists(nursery);
      if (published != null && published.equals(key(path))) {
        Files.delete(path);
      }
      Files.deleteIfExists(lockFile);
    }
  }

  private static Object key(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static void checkLength(Path path, Path bound) throws IOException {
    int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
    int whileBinding = bound.toString().getBytes(StandardCharsets.UTF_8).length;
    if (Math.max(length, whileBinding) > MAX_BYTES) {
      throw new WrongSettingException(
          "socket-path",
          "the socket path "
              + path
              + " is too long ("
              + length
              + " bytes): Unix sockets allow "
              + (MAX_BYTES - Math.max(0, whileBinding - length))
              + " here; choose a shorter --socket-path");
    }
  }

  private static FileChannel lock(Path path, Path lockFile) throws IOException {
    DurableFiles.requireFile(lockFile);
    FileChannel channel;
    try {
      channel =
          FileChannel.open(
              lockFile,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              permissions("rw-------"));
    } catch (NoSuchFileException e) {
      throw new IOException(
          "there is no directory "
              + path.getParent()
              + " for the socket; make it, or choose another --socket-path",
          e);
    } catch (AccessDeniedException e) {
      throw new IOException(
          "no permission to make a socket in "
              + path.getParent()
              + "; run as a user who may, or choose another --socket-path",
          e);
    }
    try {
      FileLock held = channel.tryLock();
      if (held != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Held by this very process; said below, as if it were another.
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw inUse(path);
  }

  private static void refuseIfInUse(Path path) throws IOException {
    int mode;
    try {
      mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return;
    }
    if ((mode & S_IFMT) != S_IFSOCK) {
      throw new IOException(
          path + " exists and is not a socket; remove it, or choose another --socket-path");
    }
    try {
      SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
    } catch (ConnectException e) {
      // Nobody listens: a dead server left it, and it will be replaced.
      return;
    } catch (SocketException e) {
      throw new IOException(
          "the socket " + path + " belongs to somebody else: " + e.getMessage(), e);
    }
    throw inUse(path);
  }

  private static IOException inUse(Path path) {
    return new IOException(
        "another server is running at the socket "
            + path
            + "; stop it, or choose another --socket-path");
  }

  private static void setGroup(PosixFileAttributeView view, String group) throws IOException {
    try {
      GroupPrincipal principal =
          Path.of("/")
              .getFileSystem()
              .getUserPrincipalLookupService()
              .lookupPrincipalByGroupName(group);
      view.setGroup(principal);
    } catch (UserPrincipalNotFoundException e) {
      throw new WrongSettingException(
          "socket-group",
          "there is no group '" + group + "' for the socket; see --socket-group",
          e);
    } catch (IOException e) {
      throw new WrongSettingException(
          "socket-group",
          "the socket cannot be given to group '"
              + group
              + "': this user must be root or a member of it; see --socket-group",
          e);
    }
  }

  private static FileAttribute<?> permissions(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }
}
