package io.directord.cli.follow;

import io.directord.common.api.NodeView;
import io.directord.common.api.Receipt;
import io.directord.common.api.RunState;
import io.directord.common.api.ServerConnection;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
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

  private final ServerConnection server;
  private final Run run;
  private final RunDisplay report;
  private final NodeNotices notices;
  private final Thread thread = new Thread(this::watch, "waiting");

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
        if (!shown) {
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
    List<String> givenUp = new ArrayList<>();
    List<String> active = new ArrayList<>();
    List<String> held = new ArrayList<>();
    for (NodeView node : nodes) {
      String remark = remark(node, paused);
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
    List<String> names = Stream.of(givenUp, active, held).flatMap(List::stream).toList();
    if (names.isEmpty()) {
      return "";
    }
    int more = names.size() - MAX_NAMES;
    return "waiting for "
        + String.join(", ", names.subList(0, Math.min(MAX_NAMES, names.size())))
        + (more > 0 ? " and " + more + " more" : "");
  }

  /** That the run itself is paused needs no id. */
  private static String remark(NodeView node, Set<UUID> paused) {
    return paused.stream().anyMatch(parent -> node.remark().contains(parent.toString()))
        ? "this run is paused"
        : node.remark();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
