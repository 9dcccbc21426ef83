package io.directord.cli.command;

import io.directord.cli.console.Failure;
import io.directord.cli.output.Column;
import io.directord.cli.output.Table;
import io.directord.cli.output.Times;
import io.directord.common.api.Bodies;
import io.directord.common.api.Leadership;
import io.directord.common.job.Span;
import io.directord.common.validation.Counted;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The audit log for people. */
final class AuditTable {
  private AuditTable() {}

  /** A time, or how long ago it was. */
  static Instant since(String text) throws Failure {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      try {
        return Instant.now().minus(Span.parse(text));
      } catch (IllegalArgumentException wrong) {
        throw Failure.usage("manage: --since: " + wrong.getMessage());
      }
    }
  }

  static Table of(List<JsonNode> lines, int width) {
    Table table =
        new Table(
            width,
            Column.keep("AT"),
            Column.keep("WHO"),
            Column.keep("FROM"),
            Column.keep("ALLOWED"),
            Column.keep("ACTION"),
            Column.cut("VERBS"),
            Column.cut("NODES"),
            Column.cut("WHAT"),
            Column.cut("WHY"));
    for (JsonNode line : lines) {
      JsonNode subject = line.path("subject");
      table.row(
          Times.shortMoment(Instant.parse(line.path("at").asString())),
          line.path("who").asString(""),
          line.path("from").asString(""),
          line.path("allowed").asBoolean(false) ? line.path("status").asInt() : "no",
          line.path("action").asString(""),
          String.join(
              ",", subject.path("verbs").valueStream().map(verb -> verb.asString("")).toList()),
          subject.path("nodes").asString(""),
          subject.path("what").asString(""),
          subject.path("why").asString(""));
    }
    return table;
  }

  /** Whose lines were shown, of several servers. */
  static String whose(Leadership seen) {
    String server =
        seen.leads()
            ? "the server that leads, " + seen.leader() + ", in epoch " + seen.epoch()
            : "this server, which stands by";
    String others =
        seen.leads()
            ? String.join(", ", seen.standbys())
            : seen.leader() == null ? "" : seen.leader() + ", which leads";
    return "these are the lines of "
        + server
        + ", alone: what was done while another server led is in the audit log of that one"
        + (others.isEmpty() ? "" : " (others: " + others + ")")
        + "; --socket-path with its socket alone shows it";
  }

  static String verified(Bodies.AuditVerified found) {
    String lines =
        Counted.of(found.lines(), "line")
            + (found.since() == null
                ? ""
                : ", from number "
                    + found.first()
                    + " of "
                    + Times.moment(found.since())
                    + " on"
                    + (found.first() > 1 ? "; older ones were deleted" : ""));
    return found.error() == null
        ? "The audit log holds together: " + lines + "."
        : "The audit log is broken behind " + lines + ": " + found.error();
  }
}
