package io.directord.common.fetch;

import io.directord.common.storage.IoErrors;
import io.directord.common.storage.SecureDirectories;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.ClosedDirectoryStreamException;
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
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Puts the files of one node's archive below a directory, whatever the node says: never outside of
 * it, never through a link in it, each renamed into place when it is whole. Existing files are
 * replaced, but no file of the same archive. Files of ours that a killed process has left half
 * written are removed from the directories that something is put into. Not thread-safe, but for
 * {@link #abort}.
 */
public final class FetchedFiles {
  private static final int WITHOUT_SPECIAL_BITS = 0777;

  private static final String CUT_NAME =
      "has %~ and the beginning of a SHA-256 in place of the end of a name, which would be too long. ";

  private static final String PART = ".directord-fetch-";
  private static final Pattern PART_NAME =
      Pattern.compile(Pattern.quote(PART) + "\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  private final Path root;
  private final Listener listener;
  private final Set<Path> searched = new HashSet<>();

  /** Guards the next two: what is being written. */
  private final Object lock = new Object();

  private Part part;
  private boolean aborted;
  private final Set<Object> placed = new HashSet<>();
  private int files;
  private long bytes;

  /** A file that is being written, in its directory. */
  private record Part(SecureDirectoryStream<Path> in, Path name) {
    void delete() throws IOException {
      try {
        in.deleteFile(name);
      } catch (NoSuchFileException | ClosedDirectoryStreamException e) {
        // It is in place, or was removed, by the other thread.
      }
    }
  }

  /** Is told of what is put there, and what is not. */
  public interface Listener {

    /**
     * A file is in place.
     *
     * @param note that it changed while the node read it, or that a name was cut, for people; or
     *     empty
     */
    void placed(FetchedFile file, String note);

    /** A file cannot be put there; another directory may take it. */
    void refused(FetchedFile file, String why);

    /** The node has not sent a file whole, or under a path that no directory takes. */
    void unsound(FetchedFile file, String why);

    /** What there is of a file is not what the node read; it is not put in place. */
    void damaged(FetchedFile file, String why);

    /** A half written file was removed that a killed process had left there. */
    void removed(Path file);
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
   * @throws InvalidArchiveException if it is not valid; files that came whole before are in place
   * @throws IOException if it cannot be read; likewise
   */
  public void take(InputStream archive) throws IOException {
    Files.createDirectories(root);
    Intake intake = new Intake();
    try {
      new ArchiveReader(archive).read(intake);
    } catch (InvalidArchiveException e) {
      intake.breakOff();
      throw e;
    } finally {
      intake.drop();
    }
  }

  /**
   * Removes what is half written, and has {@link #take} end with an {@link InterruptedIOException}.
   * May be called by any thread, such as one at the end of the process.
   */
  public void abort() throws IOException {
    synchronized (lock) {
      aborted = true;
      if (part != null) {
        part.delete();
      }
    }
  }

  private void requireGoingOn() throws InterruptedIOException {
    if (aborted) {
      throw new InterruptedIOException("the process is ending");
    }
  }

  /** Removes parts that no process is writing. */
  private void removeLeftOver(SecureDirectoryStream<Path> in, Path at) throws IOException {
    if (!searched.add(at)) {
      return;
    }
    for (Path entry : in) {
      Path file = entry.getFileName();
      BasicFileAttributes there =
          PART_NAME.matcher(file.toString()).matches() ? attributes(in, file) : null;
      if (there != null && there.isRegularFile() && isAbandoned(in, file)) {
        new Part(in, file).delete();
        listener.removed(at.resolve(file));
      }
    }
  }

  /** Its lock went with the process that wrote it. */
  private static boolean isAbandoned(SecureDirectoryStream<Path> in, Path file) {
    try (FileChannel channel =
        (FileChannel)
            in.newByteChannel(file, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
      return channel.tryLock() != null;
    } catch (IOException | OverlappingFileLockException e) {
      return false;
    }
  }

  private final class Intake implements ArchiveParser.Taker {
    private final Deque<SecureDirectoryStream<Path>> opened = new ArrayDeque<>();
    private String named;
    private Path shown;
    private boolean isCut;
    private Path name;
    private int mode;
    private long size;
    private FileChannel out;

    @Override
    public void begin(byte[] path, int fileMode, long fileSize) throws IOException {
      List<String> names = LocalName.of(path);
      if (names == null) {
        listener.unsound(
            new FetchedFile(LocalName.shown(path), null, null, null),
            "its path leads elsewhere, or has an empty name");
        return;
      }
      named = "/" + LocalName.shown(path);
      shown = root.resolve(String.join("/", names));
      isCut = names.stream().anyMatch(LocalName::isCut);
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
      removeLeftOver(opened.peek(), at);
      for (String directory : names.subList(0, names.size() - 1)) {
        at = at.resolve(directory);
        try {
          enter(Path.of(directory), at);
          removeLeftOver(opened.peek(), at);
        } catch (FileSystemException e) {
          throw unentered(at, attributes(opened.peek(), Path.of(directory)), e);
        }
      }
      name = Path.of(names.get(names.size() - 1));
      synchronized (lock) {
        requireGoingOn();
        part = new Part(opened.peek(), Path.of(PART + UUID.randomUUID()));
        out =
            (FileChannel)
                part.in()
                    .newByteChannel(
                        part.name(),
                        Set.of(
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.WRITE,
                            LinkOption.NOFOLLOW_LINKS),
                        PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
      }
      try {
        out.tryLock();
      } catch (IOException e) {
        // A file system without locks: what is left over there stays.
      }
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
      synchronized (lock) {
        requireGoingOn();
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
    public void end(byte[] sha256, String note) throws IOException {
      if (out == null) {
        return;
      }
      try {
        out.close();
        place();
      } catch (InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        refuse(e);
        return;
      }
      files++;
      bytes += size;
      listener.placed(
          new FetchedFile(named, shown, size, HexFormat.of().formatHex(sha256)),
          isCut ? (CUT_NAME + note).strip() : note);
      drop();
    }

    @Override
    public void abandon(String why) throws IOException {
      if (out != null) {
        drop();
        listener.unsound(partial(), why);
      }
    }

    @Override
    public void damaged() throws IOException {
      if (out != null) {
        drop();
        listener.damaged(
            partial(), "its content does not have the fingerprint that the node sent with it");
      }
    }

    /** Nothing more can be read. */
    void breakOff() throws IOException {
      if (out != null) {
        drop();
        listener.damaged(partial(), "its end cannot be read");
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
      synchronized (lock) {
        requireGoingOn();
        in.getFileAttributeView(
                part.name(), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .setPermissions(permissions(mode & WITHOUT_SPECIAL_BITS));
        in.move(part.name(), in, name);
        part = null;
      }
      placed.add(attributes(in, name).fileKey());
    }

    private void refuse(IOException why) throws IOException {
      drop();
      listener.refused(partial(), IoErrors.say(why));
    }

    private FetchedFile partial() {
      return new FetchedFile(named, shown, null, null);
    }

    /** Forgets the current file, and removes what was not put in place. */
    void drop() throws IOException {
      if (out != null) {
        out.close();
        out = null;
      }
      synchronized (lock) {
        if (part != null) {
          part.delete();
          part = null;
        }
      }
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
