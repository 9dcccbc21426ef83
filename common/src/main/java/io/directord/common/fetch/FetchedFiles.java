package io.directord.common.fetch;

import io.directord.common.storage.IoErrors;
import io.directord.common.storage.SecureDirectories;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Puts the files of one node's archive below a directory, whatever the node says: never outside of
 * it, never through a link in it, each renamed into place when it is whole. Existing files are
 * replaced, but no file of the same archive. Not thread-safe.
 */
public final class FetchedFiles {
  private static final int WITHOUT_SPECIAL_BITS = 0777;

  private final Path root;
  private final Listener listener;
  private final Set<Object> placed = new HashSet<>();
  private int files;
  private long bytes;

  /** Is told of what is put there, and what is not. */
  public interface Listener {

    /**
     * A file is in place.
     *
     * @param note that it changed while the node read it, for people; or empty
     */
    void placed(Path file, long size, String note);

    /** A file cannot be put there; another directory may take it. */
    void refused(String path, String why);

    /** The node has not sent a file whole, or under a path that no directory takes. */
    void unsound(String path, String why);
  }

  /**
   * @param root of the files of one node; made if it is not there. The caller's own: that it is not
   *     a link, and not below one, is the caller's to check
   */
  public FetchedFiles(Path root, Listener listener) {
    this.root = root;
    this.listener = listener;
  }

  public int files() {
    return files;
  }

  public long bytes() {
    return bytes;
  }

  /**
   * Reads a whole archive.
   *
   * @throws IOException if it is not valid, or cannot be read; files that were whole are in place
   */
  public void take(InputStream archive) throws IOException {
    Files.createDirectories(root);
    Intake intake = new Intake();
    try {
      new ArchiveReader(archive).read(intake);
    } finally {
      intake.drop();
    }
  }

  private final class Intake implements ArchiveReader.Taker {
    private final Deque<SecureDirectoryStream<Path>> opened = new ArrayDeque<>();
    private Path shown;
    private Path name;
    private Path temporary;
    private int mode;
    private long size;
    private FileChannel out;

    @Override
    public void begin(byte[] path, int fileMode, long fileSize) throws IOException {
      List<String> names = LocalName.of(path);
      if (names == null) {
        listener.unsound(LocalName.shown(path), "its path leads elsewhere, or has an empty name");
        return;
      }
      shown = root.resolve(String.join("/", names));
      mode = fileMode;
      size = 0;
      try {
        open(names);
      } catch (FileSystemException e) {
        refuse(e);
      }
    }

    private void open(List<String> names) throws IOException {
      Path at = root;
      opened.push(SecureDirectories.of(Files.newDirectoryStream(root)));
      for (String directory : names.subList(0, names.size() - 1)) {
        at = at.resolve(directory);
        try {
          enter(Path.of(directory), at);
        } catch (FileSystemException e) {
          throw unentered(at, attributes(opened.peek(), Path.of(directory)), e);
        }
      }
      name = Path.of(names.get(names.size() - 1));
      temporary = Path.of(".directord-" + UUID.randomUUID());
      out =
          (FileChannel)
              opened
                  .peek()
                  .newByteChannel(
                      temporary,
                      Set.of(
                          StandardOpenOption.CREATE_NEW,
                          StandardOpenOption.WRITE,
                          LinkOption.NOFOLLOW_LINKS),
                      PosixFilePermissions.asFileAttribute(
                          PosixFilePermissions.fromString("rw-------")));
    }

    private static FileSystemException unentered(
        Path at, BasicFileAttributes there, FileSystemException cause) {
      return there == null || there.isDirectory()
          ? cause
          : new FileSystemException(
              null,
              null,
              at
                  + (there.isSymbolicLink()
                      ? " is a link, which is not followed"
                      : " is not a directory"));
    }

    private void enter(Path directory, Path at) throws IOException {
      SecureDirectoryStream<Path> in = opened.peek();
      try {
        opened.push(
            SecureDirectories.of(in.newDirectoryStream(directory, LinkOption.NOFOLLOW_LINKS)));
      } catch (NoSuchFileException e) {
        try {
          Files.createDirectory(at);
        } catch (FileAlreadyExistsException there) {
          // Opened below, unless it is something else.
        }
        opened.push(
            SecureDirectories.of(in.newDirectoryStream(directory, LinkOption.NOFOLLOW_LINKS)));
      }
    }

    @Override
    public void data(byte[] content, int length) throws IOException {
      if (out == null) {
        return;
      }
      ByteBuffer buffer = ByteBuffer.wrap(content, 0, length);
      try {
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
        size += length;
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (IOException e) {
        refuse(e);
      }
    }

    @Override
    public void end(String note) throws IOException {
      if (out == null) {
        return;
      }
      try {
        out.close();
        place();
      } catch (IOException e) {
        refuse(e);
        return;
      }
      files++;
      bytes += size;
      listener.placed(shown, size, note);
      drop();
    }

    @Override
    public void abandon(String why) throws IOException {
      if (out != null) {
        drop();
        listener.unsound(shown.toString(), why);
      }
    }

    private void place() throws IOException {
      SecureDirectoryStream<Path> in = opened.peek();
      BasicFileAttributes there = attributes(in, name);
      if (there != null && !there.isRegularFile()) {
        String what =
            there.isSymbolicLink() ? "a link, which is not followed," : "a directory or device";
        throw new FileSystemException(null, null, what + " is there already");
      }
      if (there != null && placed.contains(there.fileKey())) {
        throw new FileSystemException(
            null, null, "another file of this node has got that name here");
      }
      in.getFileAttributeView(temporary, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setPermissions(permissions(mode & WITHOUT_SPECIAL_BITS));
      in.move(temporary, in, name);
      temporary = null;
      placed.add(attributes(in, name).fileKey());
    }

    private void refuse(IOException why) throws IOException {
      drop();
      listener.refused(shown.toString(), IoErrors.say(why));
    }

    /** Forgets the current file, and removes what was not put in place. */
    void drop() throws IOException {
      if (out != null) {
        out.close();
        out = null;
      }
      if (temporary != null && !opened.isEmpty()) {
        try {
          opened.peek().deleteFile(temporary);
        } catch (NoSuchFileException e) {
          // It was never made.
        }
      }
      temporary = null;
      while (!opened.isEmpty()) {
        opened.pop().close();
      }
    }
  }

  private static BasicFileAttributes attributes(SecureDirectoryStream<Path> in, Path name)
      throws IOException {
    try {
      return in.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .readAttributes();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
    for (PosixFilePermission permission : PosixFilePermission.values()) {
      if ((mode & 0400 >> permission.ordinal()) != 0) {
        set.add(permission);
      }
    }
    return set;
  }
}
