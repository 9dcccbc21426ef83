package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.common.validation.Counted;
import io.directord.common.validation.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/** What downloads have left on the server, and why. Thread-safe. */
final class LeftFiles {
  private static final int MAX_NAMES = 5;

  private final Map<String, Why> nodes = new HashMap<>();

  /** Nodes whose files the server has no longer, though they are not all here. */
  private final Set<String> gone = new TreeSet<>();

  /** Of several reasons the last one counts. */
  enum Why {
    /** The server has them whole; here they could not be put in place. */
    UNPLACED,
    /** They could not be read to their end. */
    UNREAD,
    /** They are not what the node read. */
    DAMAGED
  }

  synchronized void add(String node, Why why) {
    nodes.merge(node, why, (one, other) -> one.compareTo(other) > 0 ? one : other);
  }

  synchronized boolean isEmpty() {
    return nodes.isEmpty();
  }

  synchronized boolean areOf(String node) {
    return nodes.containsKey(node);
  }

  /** Nodes of which the server has files. */
  synchronized Set<String> nodes() {
    return new TreeSet<>(nodes.keySet());
  }

  /** The server has files of these nodes only. */
  synchronized void onlyOf(Set<String> there) {
    gone.addAll(nodes.keySet());
    gone.removeAll(there);
    nodes.keySet().retainAll(there);
  }

  /**
   * Says what the server keeps, and what can be done.
   *
   * @param dest where the files are that are here
   * @param coming nodes that are still sending
   */
  synchronized void tell(UUID job, String dest, Set<String> coming, Console console) {
    String fetch = "'directord fetch --job " + job;
    Set<String> unplaced = of(Why.UNPLACED);
    unplaced.addAll(coming);
    if (!unplaced.isEmpty()) {
      console.error(
          "directord: the server keeps all files of "
              + names(unplaced)
              + " for a day after they were last read: "
              + fetch
              + " DIR' brings them to another directory, "
              + fetch
              + " --drop' removes them");
    }
    Set<String> unread = of(Why.UNREAD);
    if (!unread.isEmpty()) {
      console.error(
          "directord: the files of "
              + names(unread)
              + " were not read to their end; the server keeps them for a day: "
              + fetch
              + " DIR' tries again, "
              + fetch
              + " --drop' removes them");
    }
    Set<String> damaged = of(Why.DAMAGED);
    if (!damaged.isEmpty()) {
      console.fail(
          ErrorCode.CONTENT_CHANGED,
          "directord: what the server has of "
              + names(damaged)
              + " is damaged: the files of it that are whole are in "
              + dest
              + ", those named above are not. Run the fetch again to bring them anew; the server keeps"
              + " what it has for a day, "
              + fetch
              + " DIR' reads it once more, "
              + fetch
              + " --drop' removes it");
    }
    if (!gone.isEmpty()) {
      console.error(
          "directord: the server has no files of "
              + names(gone)
              + " any more: run the fetch again to bring what is missing");
    }
  }

  private Set<String> of(Why why) {
    return nodes.entrySet().stream()
        .filter(node -> node.getValue() == why)
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String names(Set<String> nodes) {
    return nodes.size() > MAX_NAMES ? Counted.of(nodes.size(), "node") : String.join(", ", nodes);
  }
}
