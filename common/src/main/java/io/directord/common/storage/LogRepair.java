package io.directord.common.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.UUID;

/** Replaces a damaged log by one with its sound records. */
final class LogRepair {
  private LogRepair() {}

  /** Renames the damaged file; if this fails, it stays where it was. */
  static Damage repair(Path path, UUID boot, LogCheck check) throws IOException {
    Path temporary = RecordLog.temporary(path);
    int key = check.key() == null ? RecordLog.newKey() : check.key();
    LogMark mark = check.mark();
    long kept = 0;
    try (RecordLog fresh =
        RecordLog.temporary(temporary, boot, key, mark == null ? 1 : mark.first())) {
      if (check.key() != null) {
        kept = salvage(path, key, fresh);
      }
      if (mark != null) {
        fresh.goOnAfter(mark.last());
      }
      fresh.force();
    }
    Path aside = DurableFiles.keepAside(path, Instant.now());
    Files.move(
        temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    DurableFiles.syncDirectory(path.toAbsolutePath().getParent());
    long missing = mark == null ? Damage.UNKNOWN : mark.records() - kept;
    return new Damage(path, check.damage(), aside, kept, missing);
  }

  private static long salvage(Path path, int key, RecordLog into) throws IOException {
    long kept = 0;
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      LogReader records = new LogReader(file, key);
      LogRecord next = records.find(LogFormat.HEADER_BYTES);
      while (next != null) {
        // A repeated number is a stale copy.
        if (next.seq() > into.lastSeq()) {
          into.copy(next);
          kept++;
        }
        next = records.find(next.end());
      }
    }
    return kept;
  }
}
