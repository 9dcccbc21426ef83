package io.directord.client.files;

import io.directord.common.component.JobException;
import io.directord.common.component.ReadableNode.Ownership;
import io.directord.common.job.Outcome;
import io.directord.common.security.PrivateFiles;
import io.directord.common.storage.DurableFiles;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.FirstNames;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.MalformedInputException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Notes of staging directories, one file each, in a directory of this client alone, so that those
 * of a killed client are removed when the next one starts. Thread-safe.
 */
public final class StagingNotes implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StagingNotes.class.getName());
  private static final String PREFIX = ".directord-";
  private static final int RANDOM_BYTES = 8;
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{" + 2 * RANDOM_BYTES + "}");

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
   * Opens or creates the directory, and removes the staging directories noted in it. Anything else
   * is left alone.
   *
   * @param path of this client alone
   */
  public static StagingNotes open(Path path) throws IOException {
    StagingNotes notes = new StagingNotes(path, make(path));
    FirstNames others = new FirstNames();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
      for (Path file : files) {
        if (isNote(file)) {
          removeLeftOver(file);
        } else if (!file.getFileName().toString().startsWith(PREFIX)) {
          others.add(file.getFileName().toString());
        }
      }
    }
    if (!others.isEmpty()) {
      LOG.log(
          Level.WARNING,
          "{0} is for notes of this client alone, and has other things in it, which are left"
              + " alone: {1}",
          path,
          others);
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

  /**
   * Notes that a directory will be made in that one.
   *
   * @throws JobException if it cannot be noted, for example because the disk of the notes is full
   */
  Note note(Path outer) throws JobException {
    byte[] name = new byte[RANDOM_BYTES];
    random.nextBytes(name);
    String hex = HexFormat.of().formatHex(name);
    Note note = new Note(path.resolve(hex), outer.resolve(PREFIX + hex));
    try {
      upkeep();
      Files.createFile(note.file(), PrivateFiles.mode());
      try {
        Files.writeString(note.file(), note.directory().toString());
      } catch (IOException e) {
        note.forget();
        throw e;
      }
    } catch (IOException e) {
      throw new JobException(
          Outcome.Reason.REFUSED,
          "this node cannot note in " + path + " what it is about to write: " + IoErrors.say(e));
    }
    return note;
  }

  @Override
  public void close() throws IOException {
    directory.close();
  }

  private static boolean isNote(Path file) {
    return NAME.matcher(file.getFileName().toString()).matches()
        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  private static void removeLeftOver(Path note) {
    try {
      Path left = Path.of(Files.readString(note));
      if (left.isAbsolute() && left.endsWith(PREFIX + note.getFileName())) {
        try (Destination outer = Destination.of(left)) {
          StagingDirectory.removeLeftOver(outer.directory(), outer.name());
        }
        LOG.log(Level.INFO, "{0}, left by a client that was killed, is removed", left);
      } else if (!left.toString().isEmpty()) {
        tellNoNote(note);
        return;
      }
      // It is empty if the client was killed while it wrote it, before it made the directory.
      Files.delete(note);
    } catch (InvalidPathException | MalformedInputException e) {
      tellNoNote(note);
    } catch (IOException | JobException e) {
      LOG.log(
          Level.WARNING,
          "what a client that was killed left behind is not removed; {0} says where it is: {1}",
          note,
          e instanceof IOException io ? IoErrors.say(io) : e.getMessage());
    }
  }

  private static void tellNoNote(Path file) {
    LOG.log(
        Level.WARNING,
        "{0} has the name of a note of this client, but something else in it: it is left alone",
        file);
  }
}
