package io.directord.client.files;

import io.directord.common.component.JobException;
import io.directord.common.security.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Content on its way to a destination: written to a directory of mode 0700 beside it, which other
 * users cannot enter, and renamed into place when it is complete and has its owner and mode. So a
 * reader sees the old file or the new one.
 *
 * <p>If no file can be renamed into place, since the destination is a mount point or its directory
 * is read-only, the existing file is overwritten and read again.
 *
 * <p>Closing it removes content that was not placed. Not thread-safe.
 */
public final class Staging implements AutoCloseable {
  private static final Path CONTENT = Path.of("content");
  private static final int OTHERS = 0077;
  private static final int BUFFER_BYTES = 128 << 10;

  private final Destination destination;
  private final Directory outer;
  private final StagingNotes.Note note;
  private final Directory inner;

  private Staging(
      Destination destination, Directory outer, StagingNotes.Note note, Directory inner) {
    this.destination = destination;
    this.outer = outer;
    this.note = note;
    this.inner = inner;
  }

  /** Creates the staging directory for a destination. */
  public static Staging at(Destination destination, StagingNotes notes)
      throws JobException, IOException {
    Directory beside = destination.directory();
    try {
      return in(beside, destination, notes);
    } catch (FileSystemException e) {
      if (!destination.exists() || !destination.isOursAlone()) {
        throw e;
      }
      // Nothing can be created in that directory, but an existing file may be overwritten.
      return in(notes.directory(), destination, notes);
    }
  }

  private static Staging in(Directory outer, Destination destination, StagingNotes notes)
      throws IOException {
    StagingNotes.Note note = notes.note(outer.path());
    try {
      outer.makeDirectory(
          note.name(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      note.forget();
      throw e;
    }
    try {
      return new Staging(destination, outer, note, entered(outer, note.name()));
    } catch (IOException e) {
      remove(outer, note.name());
      note.forget();
      throw e;
    }
  }

  private static Directory entered(Directory outer, Path name) throws IOException {
    FileStat stat = outer.stat(name);
    if (stat == null || !Users.isSelf(stat.uid()) || (stat.mode() & OTHERS) != 0) {
      throw Directory.changed(outer.path().resolve(name));
    }
    return outer.enter(name, stat);
  }

  /** An empty file for the content; earlier content is removed. */
  public FileChannel create() throws IOException {
    deleteContent(inner);
    return inner.open(
        CONTENT,
        Set.of(
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS),
        PrivateFiles.mode());
  }

  /** The content. */
  public FileChannel read() throws IOException {
    return inner.open(CONTENT, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
  }

  /**
   * Moves the content, which was forced to the disk, into place. A replaced file keeps its owner
   * and mode unless others are wanted.
   *
   * @param shown the destination in messages
   */
  public void place(Attributes wanted, Path shown) throws JobException, IOException {
    FileStat old = destination.stat();
    if (old == null) {
      Attributes.setDefaultMode(inner, CONTENT);
    } else {
      Attributes.copy(old, destination.isOursAlone(), inner, CONTENT);
    }
    wanted.applyTo(inner, CONTENT, shown);
    try {
      inner.move(CONTENT, destination.directory(), destination.name());
    } catch (FileSystemException e) {
      if (old == null || !destination.isOursAlone()) {
        throw e;
      }
      writeOver(old);
      wanted.applyTo(destination.directory(), destination.name(), shown);
    }
    destination.directory().force();
  }

  /** Only where no other user can replace the existing file. */
  private void writeOver(FileStat old) throws IOException {
    var options =
        Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    try (FileChannel from = read();
        FileChannel to = destination.directory().open(destination.name(), options)) {
      long usable = Files.getFileStore(destination.path()).getUsableSpace();
      if (from.size() - old.size() > usable) {
        throw new IOException("no room on the device: it is written over where it is");
      }
      copy(from, to);
      to.truncate(from.size());
      to.force(true);
      if (!same(from, to)) {
        throw new IOException("it was written over where it is, and reads otherwise since");
      }
    }
  }

  private static void copy(FileChannel from, FileChannel to) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    for (from.position(0); from.read(buffer) >= 0; buffer.clear()) {
      buffer.flip();
      while (buffer.hasRemaining()) {
        to.write(buffer);
      }
    }
  }

  private static boolean same(FileChannel one, FileChannel two) throws IOException {
    if (one.size() != two.size()) {
      return false;
    }
    ByteBuffer ofOne = ByteBuffer.allocate(BUFFER_BYTES);
    ByteBuffer ofTwo = ByteBuffer.allocate(BUFFER_BYTES);
    for (long at = 0; at < one.size(); at += ofOne.limit()) {
      fill(one, at, ofOne);
      fill(two, at, ofTwo);
      if (!ofOne.equals(ofTwo)) {
        return false;
      }
    }
    return true;
  }

  private static void fill(FileChannel from, long at, ByteBuffer buffer) throws IOException {
    buffer.clear();
    while (buffer.hasRemaining() && from.read(buffer, at + buffer.position()) >= 0) {
      continue;
    }
    buffer.flip();
  }

  @Override
  public void close() throws IOException {
    try (inner) {
      deleteContent(inner);
    }
    remove(outer, note.name());
    note.forget();
  }

  /** Removes one left by a process that was killed. */
  static void removeLeftOver(Directory outer, Path name) throws IOException {
    FileStat stat = outer.stat(name);
    if (stat == null || !stat.isDirectory() || !Users.isSelf(stat.uid())) {
      return;
    }
    try (Directory left = outer.enter(name, stat)) {
      deleteContent(left);
    }
    remove(outer, name);
  }

  private static void deleteContent(Directory inner) throws IOException {
    try {
      inner.deleteFile(CONTENT);
    } catch (NoSuchFileException e) {
      // Nothing to remove.
    }
  }

  private static void remove(Directory outer, Path name) throws IOException {
    try {
      outer.deleteDirectory(name);
    } catch (NoSuchFileException | NotDirectoryException | DirectoryNotEmptyException e) {
      // Renamed by the owner of the directory that it was in, empty as it is; what has its name now
      // is theirs.
    }
  }
}
