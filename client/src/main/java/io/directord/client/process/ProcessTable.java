package io.directord.client.process;

import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The processes of this machine at one moment, without those that have ended. */
final class ProcessTable {
  private static final Logger LOG = System.getLogger(ProcessTable.class.getName());
  private static final Path PROC = Path.of("/proc");

  /**
   * A process.
   *
   * @param started in clock ticks since the machine's start: with the id it tells a process from
   *     every other
   */
  record Entry(long pid, long parent, long group, long session, long started, String name) {
    /** The name used in messages. */
    @Override
    public String toString() {
      return name + " (" + pid + ")";
    }

    /** Whether it still exists, and has not ended. */
    boolean isRunning() {
      return read(pid).filter(now -> now.started == started).isPresent();
    }

    /** Terminates or kills it. */
    void end(boolean forcibly) {
      Optional<ProcessHandle> handle = ProcessHandle.of(pid);
      // Checked after the handle was made: the id could have been reused meanwhile.
      if (handle.isPresent() && isRunning()) {
        if (forcibly) {
          handle.get().destroyForcibly();
        } else {
          handle.get().destroy();
        }
      }
    }

    /** Its environment, each variable between NULs; empty if this user may not see it. */
    String environment() {
      try {
        byte[] bytes = Files.readAllBytes(directory().resolve("environ"));
        return '\0' + new String(bytes, StandardCharsets.UTF_8);
      } catch (IOException e) {
        return "";
      }
    }

    /** Its timer slack in nanoseconds; -1 if this user may not see it. */
    long timerSlack() {
      try {
        return Long.parseLong(Files.readString(directory().resolve("timerslack_ns")).strip());
      } catch (IOException | NumberFormatException e) {
        return -1;
      }
    }

    /** Whether it has a file open with this name in the kernel. */
    boolean holds(Collection<String> files) {
      try (DirectoryStream<Path> open = Files.newDirectoryStream(directory().resolve("fd"))) {
        for (Path descriptor : open) {
          if (files.contains(Files.readSymbolicLink(descriptor).toString())) {
            return true;
          }
        }
      } catch (IOException | DirectoryIteratorException e) {
        // It has ended, or belongs to another user.
      }
      return false;
    }

    private Path directory() {
      return PROC.resolve(Long.toString(pid));
    }
  }

  private final Map<Long, Entry> entries = new HashMap<>();

  static ProcessTable now() {
    ProcessTable table = new ProcessTable();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path directory : all) {
        read(Long.parseLong(directory.getFileName().toString()))
            .ifPresent(entry -> table.entries.put(entry.pid, entry));
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "/proc cannot be read: {0}", IoErrors.sayWhere(e));
    }
    return table;
  }

  /** The process of that id, or null. */
  Entry get(long pid) {
    return entries.get(pid);
  }

  Collection<Entry> all() {
    return entries.values();
  }

  /** Whether one descends from the other, or is it. */
  boolean isBeneath(Entry entry, long ancestor) {
    Entry at = entry;
    // Bounded: an id reused while the table was read could make a cycle.
    for (int depth = 0; at != null && depth < entries.size(); depth++) {
      if (at.pid == ancestor) {
        return true;
      }
      at = entries.get(at.parent);
    }
    return false;
  }

  /** The process of that id; empty if there is none, or if it has ended and was not reaped yet. */
  static Optional<Entry> read(long pid) {
    try {
      byte[] bytes = Files.readAllBytes(PROC.resolve(Long.toString(pid)).resolve("stat"));
      String stat = new String(bytes, StandardCharsets.UTF_8);
      // The name may contain any character, also a parenthesis.
      int name = stat.indexOf('(') + 1;
      int end = stat.lastIndexOf(')');
      String[] fields = stat.substring(end + 2).split(" ");
      if (fields[0].equals("Z") || fields[0].equals("X")) {
        return Optional.empty();
      }
      return Optional.of(
          new Entry(
              pid,
              Long.parseLong(fields[1]),
              Long.parseLong(fields[2]),
              Long.parseLong(fields[3]),
              Long.parseLong(fields[19]),
              stat.substring(name, end)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
