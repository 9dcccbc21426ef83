package io.directord.server.api;

import io.directord.common.target.FoldedNames;
import io.directord.server.access.Caller;
import io.directord.server.audit.AuditEntry.Subject;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** What one request is about, for the audit log; filled by who handles it. Thread-safe. */
final class AuditNote {
  private static final int MAX_NAMED = 10;
  private static final int MAX_TEXT = 1000;
  private static final int MAX_VERB = 100;
  private static final int MAX_VERBS = 50;

  private List<String> verbs = List.of();
  private List<UUID> jobs = List.of();
  private Collection<String> nodes = List.of();
  private String what;
  private String by;

  synchronized void verbs(Collection<String> of) {
    verbs = of.stream().distinct().sorted().map(verb -> cut(verb, MAX_VERB)).toList();
  }

  synchronized void jobs(Collection<UUID> of) {
    jobs = List.copyOf(of);
  }

  synchronized void nodes(Collection<String> of) {
    nodes = List.copyOf(of);
  }

  /** Notes who made the request, where the connection does not say so. */
  synchronized void by(String proved) {
    by = proved;
  }

  /**
   * @param otherwise the caller of the connection, if {@link #by(String)} was not called
   */
  synchronized String by(Caller otherwise) {
    return by == null ? otherwise.user() : by;
  }

  /** Notes what the path does not say of the request. Must not contain secrets. */
  synchronized void what(String text) {
    what = text;
  }

  /**
   * @param why it was refused; null if it was not
   */
  synchronized Subject subject(String why) {
    if (verbs.isEmpty() && jobs.isEmpty() && nodes.isEmpty() && what == null && why == null) {
      return null;
    }
    return new Subject(
        firstVerbs(),
        jobs.stream().limit(MAX_NAMED).map(UUID::toString).toList(),
        jobs.size(),
        cut(FoldedNames.text(List.copyOf(nodes)), MAX_TEXT),
        nodes.size(),
        what == null ? null : cut(what, MAX_TEXT),
        why == null ? null : cut(why, MAX_TEXT));
  }

  private List<String> firstVerbs() {
    return verbs.size() <= MAX_VERBS
        ? verbs
        : Stream.concat(
                verbs.stream().limit(MAX_VERBS), Stream.of((verbs.size() - MAX_VERBS) + " more"))
            .toList();
  }

  /** Half a surrogate pair, which JSON cannot have, becomes a question mark. */
  static String cut(String text, int max) {
    String some = text.length() <= max ? text : text.substring(0, max) + "...";
    return new String(some.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
