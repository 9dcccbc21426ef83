package io.directord.client.files;

import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext.Ownership;
import io.directord.common.security.PrivateFiles;
import io.directord.common.storage.DurableFiles;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.stream.Stream;

/**
 * Notes of staging directories, one file each, in a directory of this client alone, so that those
 * of a killed client are removed when the next one starts. Thread-safe.
 */
public final class StagingNotes implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StagingNotes.class.getName());
  private static final String PREFIX = ".directord-";
  private static final int RANDOM_BYTES = 8;

  private final SecureRandom random = new SecureRandom();
  private final Path path;
  private volatile Destination directory;

  private StagingNotes(Path path, Destination directory) {
    this.path = path;
    this.directory = directory;
  }

  /**
   * One staging directory.
   *
   * @param file its note
   * @param directory where it is
   */
  record Note(Path file, Path directory) {
    Path name() {
      return directory.getFileName();
    }

    void forget() throws IOException {
      Files.deleteIfExists(file);
    }
  }

  /**
   * Opens or creates the directory, and removes the staging directories noted in it.
   *
   * @param path of this client alone
   */
  public static StagingNotes open(Path path) throws IOException {
    StagingNotes notes = new StagingNotes(path, make(path));
    try (Stream<Path> files = Files.list(path)) {
      files.filter(Files::isRegularFile).toList().forEach(StagingNotes::removeLeftOver);
    }
    return notes;
  }

  private static Destination make(Path path) throws IOException {
    PrivateFiles.makeDirectory(path);
    try {
      return Destination.makeDirectory(path, Attributes.of(Ownership.DEFAULT));
    } catch (JobException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Makes the directory anew if it was removed or replaced while it was in use. */
  public synchronized void upkeep() throws IOException {
    if (!directory.directory().stat().key().equals(DurableFiles.key(path))) {
      LOG.log(Level.ERROR, "{0} was removed while it was in use, and is made anew", path);
      Destination gone = directory;
      directory = make(path);
      gone.close();
    }
  }

  /** This directory itself, for content of destinations beside which nothing can be. */
  Directory directory() throws IOException {
    upkeep();
    return directory.directory();
  }

  /** Notes that a directory will be made in that one. */
  Note note(Path outer) throws IOException {
    upkeep();
    byte[] name = new byte[RANDOM_BYTES];
    random.nextBytes(name);
    String hex = HexFormat.of().formatHex(name);
    Path file = directory.directory().path().resolve(hex);
    Note note = new Note(file, outer.resolve(PREFIX + hex));
    Files.createFile(file, PrivateFiles.mode());
    Files.writeString(file, note.directory().toString());
    return note;
  }

  @Override
  public void close() throws IOException {
    directory.close();
  }

  private static void removeLeftOver(Path note) {
    try {
      Path left = Path.of(Files.readString(note));
      if (left.isAbsolute() && left.endsWith(PREFIX + note.getFileName())) {
        try (Destination outer = Destination.of(left)) {
          Staging.removeLeftOver(outer.directory(), outer.name());
        }
        LOG.log(Level.INFO, "{0}, left by a client that was killed, is removed", left);
      }
      Files.delete(note);
    } catch (IOException | JobException | InvalidPathException e) {
      LOG.log(
          Level.WARNING,
          "what a client that was killed left behind is not removed; {0} says where it is: {1}",
          note,
          e.getMessage());
    }
  }
}
