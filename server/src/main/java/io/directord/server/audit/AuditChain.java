package io.directord.server.audit;

import io.directord.common.json.JsonTree;
import io.directord.common.security.Digests;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Follows the lines of the log from digest to digest. */
final class AuditChain {
  private long lines;
  private long first;
  private Instant since;
  private long number;
  private String before;

  /** Says where it is broken, and how; null if it is not. */
  String follow(Path file, long size) throws IOException {
    int at = 0;
    try (RawLines all = new RawLines(file, size)) {
      for (byte[] text = all.next(); text != null; text = all.next()) {
        at++;
        String error = follow(text);
        if (error != null) {
          return file + ":" + at + ": " + error;
        }
      }
    }
    return null;
  }

  private String follow(byte[] text) {
    JsonNode line = line(text);
    if (line == null) {
      return "not a line of this log";
    }
    long own = line.path("seq").asLong(0);
    if (first == 0) {
      first = own;
      since = at(line);
    }
    if (before != null && own != number + 1) {
      return "line " + own + " follows line " + number;
    }
    String said = line.path("previous").asString("");
    String expected = before == null ? (own == 1 ? AuditFiles.FIRST_PREVIOUS : said) : before;
    if (!said.equals(expected)) {
      return "the line before it is not the one that it was written behind";
    }
    before = Digests.sha256(text);
    number = own;
    lines++;
    return null;
  }

  /** What is wrong behind the last line that was followed; null if nothing is. */
  String end(AuditFiles.Snapshot written) {
    if (number != written.seq()) {
      return "the last line is " + number + ", and this server has written " + written.seq();
    }
    return written.sizeOnDisk() == written.size()
        ? null
        : "the last file has "
            + written.sizeOnDisk()
            + " bytes, and this server has written "
            + written.size();
  }

  AuditVerified verified(String error) {
    return new AuditVerified(lines, first, since, error);
  }

  /** Null for a line that is not whole, or not of this log. */
  static JsonNode line(byte[] text) {
    try {
      JsonNode line = JsonTree.read(text);
      return line.path("at").isString() && at(line) != null ? line : null;
    } catch (JacksonException | DateTimeParseException e) {
      return null;
    }
  }

  static Instant at(JsonNode line) {
    return Instant.parse(line.path("at").asString());
  }
}
