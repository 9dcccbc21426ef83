package io.directord.client.files;

import io.directord.common.component.JobException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
  private static final int BUFFER_BYTES = 128 << 10;

  private final Destination destination;
  private final StagingDirectory staging;

  private Staging(Destination destination, StagingDirectory staging) {
    this.destination = destination;
    this.staging = staging;
  }

  /** Creates the staging directory for a destination. */
  public static Staging at(Destination destination, StagingNotes notes)
      throws JobException, IOException {
    Directory beside = destination.directory();
    try {
      return new Staging(destination, StagingDirectory.in(beside, notes));
    } catch (FileSystemException e) {
      if (!destination.exists() || !destination.isOursAlone()) {
        throw e;
      }
      // Nothing can be created in that directory, but an existing file may be overwritten.
      return new Staging(destination, StagingDirectory.in(notes.directory(), notes));
    }
  }

  /** An empty file for the content; earlier content is removed. */
  public FileChannel create() throws IOException {
    return staging.create();
  }

  /** The content. */
  public FileChannel read() throws IOException {
    return staging.read();
  }

  /**
   * Moves the content, which was forced to the disk, into place. A replaced file keeps its owner
   * and mode unless others are wanted.
   *
   * @param shown the destination in messages
   */
  public void place(Attributes wanted, Path shown) throws JobException, IOException {
    FileStat old = destination.stat();
    staging.prepare(old, destination.isOursAlone(), wanted, shown);
    try {
      staging.move(destination.directory(), destination.name());
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
    staging.close();
  }
}
