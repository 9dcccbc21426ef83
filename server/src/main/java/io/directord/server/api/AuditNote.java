package io.directord.server.api;

import io.directord.common.target.FoldedNames;
import io.directord.server.audit.AuditEntry.Subject;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** What one request is about, for the audit log; filled by who handles it. Thread-safe. */
final class AuditNote {
  private static final int MAX_NAMED = 10;
  private static final int MAX_TEXT = 1000;

  private List<String> verbs = List.of();
  private List<UUID> jobs = List.of();
  private Collection<String> nodes = List.of();

  synchronized void verbs(Collection<String> of) {
    verbs = of.stream().distinct().sorted().toList();
  }

  synchronized void jobs(Collection<UUID> of) {
    jobs = List.copyOf(of);
  }

  synchronized void nodes(Collection<String> of) {
    nodes = List.copyOf(of);
  }

  /**
   * @param why it was refused; null if it was not
   */
  synchronized Subject subject(String why) {
    if (verbs.isEmpty() && jobs.isEmpty() && nodes.isEmpty() && why == null) {
      return null;
    }
    return new Subject(
        verbs,
        jobs.stream().limit(MAX_NAMED).map(UUID::toString).toList(),
        jobs.size(),
        cut(FoldedNames.text(List.copyOf(nodes))),
        nodes.size(),
        why == null ? null : cut(why));
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
  }
}
