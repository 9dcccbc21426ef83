package io.directord.server.audit;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** Finds lines in files of the log, of which the oldest may be deleted meanwhile. */
final class AuditSearch {
  private static final System.Logger LOG = System.getLogger(AuditSearch.class.getName());

  private AuditSearch() {}

  /**
   * The newest lines that pass.
   *
   * @param files the oldest first
   * @param since only those from then on
   */
  static AuditFound newest(List<Path> files, Instant since, Predicate<JsonNode> wanted, int max)
      throws IOException {
    Deque<JsonNode> found = new ArrayDeque<>();
    long omitted = 0;
    for (Path one : from(files, since)) {
      try (RawLines lines = new RawLines(one, Long.MAX_VALUE)) {
        for (byte[] text = lines.next(); text != null; text = lines.next()) {
          JsonNode line = AuditChain.line(text);
          if (line != null && !AuditChain.at(line).isBefore(since) && wanted.test(line)) {
            found.add(line);
            if (found.size() > max) {
              found.remove();
              omitted++;
            }
          }
        }
      } catch (NoSuchFileException e) {
        LOG.log(Level.INFO, "deleted while it was read: {0}", one);
      }
    }
    return new AuditFound(List.copyOf(found), omitted);
  }

  /** Without the files whose lines are all older. */
  private static List<Path> from(List<Path> files, Instant since) throws IOException {
    int first = files.size() - 1;
    while (first > 0 && !beginsBefore(files.get(first), since)) {
      first--;
    }
    return files.subList(Math.max(0, first), files.size());
  }

  private static boolean beginsBefore(Path file, Instant since) throws IOException {
    try (RawLines lines = new RawLines(file, Long.MAX_VALUE)) {
      byte[] text = lines.next();
      JsonNode line = text == null ? null : AuditChain.line(text);
      return line != null && AuditChain.at(line).isBefore(since);
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
