package io.directord.common.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/** Looks into a log that is not opened, and changes nothing. */
public final class LogPeek {
  private LogPeek() {}

  /** Whether the file is there and begins as a log of this format does, sound or not. */
  public static boolean isLog(Path path) throws IOException {
    return LogCheck.isLog(path);
  }

  /**
   * What is damaged in a log that is there, for people. A record that a crash left unfinished is
   * not damage, nor is what another process is writing.
   */
  public static Optional<String> damage(Path path) throws IOException {
    if (EarlierLog.isOne(path)) {
      return Optional.empty();
    }
    UUID boot = Boot.uuid(Boot.id());
    String damage = LogCheck.of(path, null, boot).damage();
    // What was being written at the first look is whole at the second.
    return Optional.ofNullable(damage == null ? null : LogCheck.of(path, null, boot).damage());
  }

  /**
   * Gives every sound record to the reader up to the first that is not, and changes nothing: for a
   * log that another process may be writing to.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such file
   */
  public static void each(Path path, RecordLog.Reader reader) throws IOException {
    LogCheck check = LogCheck.of(path, null, Boot.uuid(Boot.id()));
    if (check.key() == null) {
      throw new IOException(path + " is not a log of this version of directord, or is damaged");
    }
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      LogReader records = new LogReader(file, check.key());
      long at = LogFormat.HEADER_BYTES;
      for (LogRecord next = records.at(at); next != null; next = records.at(next.end())) {
        reader.record(next);
      }
    }
  }
}
