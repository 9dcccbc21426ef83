package io.directord.cli.follow;

import io.directord.cli.output.Display;
import io.directord.common.api.NodeView;
import io.directord.common.api.Receipt;
import io.directord.common.api.RunState;
import io.directord.common.api.ServerConnection;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Shows which nodes a run waits for once it has taken some seconds: on the progress bar, or in a
 * line now and then. Runs until it is closed.
 */
public final class Waiting implements AutoCloseable {
  private static final Duration FIRST = Duration.ofSeconds(5);

  /** Pauses between lines; the last one repeats. */
  private static final List<Duration> LINES =
      List.of(Duration.ofMinutes(1), Duration.ofMinutes(10));

  private static final int MAX_NAMES = 5;

  /** The server's words for a node that waits for a paused run. */
  private static final Pattern PAUSED =
      Pattern.compile("what is next there waits for parent (\\S+), which is paused");

  private final ServerConnection server;
  private final Run run;
  private final RunDisplay report;
  private final NodeNotices notices;
  private final Thread thread = new Thread(this::watch, "waiting");

  /** Short ids of paused runs that this one waits behind, and of those that were told. */
  private Set<String> blockers = Set.of();

  private final Set<String> told = new HashSet<>();

  private Waiting(ServerConnection server, Run run, RunDisplay report, NodeNotices notices) {
    this.server = server;
    this.run = run;
    this.report = report;
    this.notices = notices;
    thread.setDaemon(true);
  }

  /** Begins to watch. */
  public static Waiting start(
      ServerConnection server, Run run, RunDisplay report, NodeNotices notices) {
    Waiting waiting = new Waiting(server, run, report, notices);
    waiting.thread.start();
    return waiting;
  }

  private void watch() {
    try {
      Thread.sleep(FIRST.toMillis());
      for (int lines = 0; ; ) {
        String text = look();
        boolean shown = text.isEmpty() || report.waitingFor(text);
        if (shown) {
          tellBlockers();
        } else {
          notices.say(text);
        }
        Duration pause = shown ? FIRST : LINES.get(Math.min(lines++, LINES.size() - 1));
        Thread.sleep(pause.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String look() {
    try {
      Set<String> awaited = run.awaited();
      List<NodeView> nodes =
          server.nodes().stream().filter(node -> awaited.contains(node.identity())).toList();
      Set<String> enrolled =
          nodes.stream().map(NodeView::identity).collect(Collectors.toUnmodifiableSet());
      Set<UUID> paused =
          run.paused().stream().map(RunState::parentId).collect(Collectors.toUnmodifiableSet());
      List<Receipt.Held> strangers =
          awaited.stream()
              .filter(node -> !enrolled.contains(node))
              .map(run::held)
              .filter(Objects::nonNull)
              .sorted(Comparator.comparing(Receipt.Held::node))
              .toList();
      blockers = behind(nodes, paused).keySet();
      return text(nodes, strangers, paused);
    } catch (IOException e) {
      // The follower reports that the server is away.
      return "";
    }
  }

  /**
   * The text for these nodes, disconnected ones first; empty if the run waits for none.
   *
   * @param strangers those that jobs are held for, and that are not enrolled
   * @param paused parents of the run that are paused
   */
  static String text(List<NodeView> nodes, List<Receipt.Held> strangers, Set<UUID> paused) {
    Map<String, Set<String>> behind = behind(nodes, paused);
    List<String> givenUp = new ArrayList<>();
    List<String> active = new ArrayList<>();
    List<String> held = new ArrayList<>();
    for (NodeView node : nodes) {
      String remark = remark(node, paused);
      if (behind.values().stream().anyMatch(names -> names.contains(node.identity()))) {
        continue;
      }
      if (node.outstanding() > 0 && node.state() == NodeView.State.ACTIVE) {
        active.add(node.identity() + (remark.isEmpty() ? "" : " (" + remark + ")"));
      } else if (node.outstanding() > 0
          && (node.state() == NodeView.State.AWAY || node.presence().held() > 0)) {
        String also = remark.isEmpty() ? ")" : "; " + remark + ")";
        if (node.presence().held() < node.outstanding()) {
          givenUp.add(
              node.identity()
                  + " (not connected, given up in "
                  + Math.max(1, node.expiry().toSeconds())
                  + " s"
                  + also);
        } else {
          held.add(node.identity() + " (away, held until " + NodeNotices.heldUntil(node) + also);
        }
      }
    }
    strangers.forEach(
        one ->
            held.add(
                one.node()
                    + " (has not enrolled, held until "
                    + one.until().truncatedTo(ChronoUnit.SECONDS)
                    + ")"));
    List<String> parts = new ArrayList<>();
    behind.forEach(
        (run, names) ->
            parts.add(
                "behind "
                    + run
                    + ", which is paused: manage --resume or --cancel it ("
                    + FailureText.names(names)
                    + ")"));
    List<String> names = Stream.of(givenUp, active, held).flatMap(List::stream).toList();
    if (!names.isEmpty()) {
      int more = names.size() - MAX_NAMES;
      parts.add(
          "waiting for "
              + String.join(", ", names.subList(0, Math.min(MAX_NAMES, names.size())))
              + (more > 0 ? " and " + more + " more" : ""));
    }
    return String.join("; ", parts);
  }

  /**
   * Connected nodes that wait for other runs which are paused, by the short ids of these.
   *
   * @param paused parents of the run itself that are paused
   */
  private static Map<String, Set<String>> behind(List<NodeView> nodes, Set<UUID> paused) {
    Map<String, Set<String>> behind = new LinkedHashMap<>();
    for (NodeView node : nodes) {
      Matcher matcher = PAUSED.matcher(node.remark());
      if (node.outstanding() > 0 && node.state() == NodeView.State.ACTIVE && matcher.matches()) {
        UUID parent = UUID.fromString(matcher.group(1));
        if (!paused.contains(parent)) {
          behind
              .computeIfAbsent(Display.shortId(parent), same -> new TreeSet<>())
              .add(node.identity());
        }
      }
    }
    return behind;
  }

  /**
   * Prints a line for each paused run that this one waits behind, once: a bar has no room for it.
   */
  private void tellBlockers() {
    for (String blocker : blockers) {
      if (told.add(blocker)) {
        notices.say(
            "waiting behind the paused run "
                + blocker
                + ": 'directord manage --resume "
                + blocker
                + "' has it go on, --cancel ends it");
      }
    }
  }

  /** Why the node waits. If it is for this run itself, its id is left out. */
  private static String remark(NodeView node, Set<UUID> paused) {
    return paused.stream().anyMatch(parent -> node.remark().contains(parent.toString()))
        ? "this run is paused"
        : node.remark();
  }

  /** Ends the notes: none is printed once this has returned. */
  @Override
  public void close() {
    RunFollower.end(thread);
  }
}
