package io.directord.client.files;

import io.directord.common.component.JobException;
import io.directord.common.security.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A directory of mode 0700 for one content at a time, on the file system where it is to be placed.
 * Closing it removes both. Not thread-safe.
 */
final class StagingDirectory implements AutoCloseable {
  private static final Path CONTENT = Path.of("content");
  private static final int OTHERS = 0077;

  private final Directory outer;
  private final StagingNotes.Note note;
  private final Directory inner;

  private StagingDirectory(Directory outer, StagingNotes.Note note, Directory inner) {
    this.outer = outer;
    this.note = note;
    this.inner = inner;
  }

  /**
   * Makes one.
   *
   * @param outer must stay open
   */
  static StagingDirectory in(Directory outer, StagingNotes notes) throws JobException, IOException {
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
      return new StagingDirectory(outer, note, entered(outer, note.name()));
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
  FileChannel create() throws IOException {
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

  /** A link as the content; earlier content is removed. */
  void createLink(Path target) throws IOException {
    deleteContent(inner);
    inner.makeLink(CONTENT, target);
  }

  /** The content. */
  FileChannel read() throws IOException {
    return inner.open(CONTENT, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
  }

  /**
   * Gives the content its owner and mode.
   *
   * @param old the file that it will replace, whose owner and mode it gets unless others are
   *     wanted; or null
   * @param withSpecialBits whether set-user-id and the like are taken over from it
   * @param shown the destination in messages
   */
  void prepare(FileStat old, boolean withSpecialBits, Attributes wanted, Path shown)
      throws JobException, IOException {
    if (old == null && wanted.mode() == null) {
      Attributes.setDefaultMode(inner, CONTENT);
    } else if (old != null) {
      Attributes.copy(old, withSpecialBits, inner, CONTENT);
    }
    wanted.applyTo(inner, CONTENT, shown);
  }

  /** Gives a link as the content its owner. */
  void prepareLink(Attributes wanted, Path shown) throws JobException, IOException {
    wanted.applyTo(inner, CONTENT, shown);
  }

  /** Renames the content to this name. */
  void move(Directory to, Path name) throws IOException {
    inner.move(CONTENT, to, name);
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
