package io.directord.cli.follow;

import io.directord.common.api.NodeView;
import io.directord.common.api.ServerConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

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
      return text(
          server.nodes().stream().filter(node -> awaited.contains(node.identity())).toList());
    } catch (IOException e) {
      // The follower reports that the server is away.
      return "";
    }
  }

  /** The text for these nodes, disconnected ones first; empty if the run waits for none. */
  static String text(List<NodeView> nodes) {
    List<String> names = new ArrayList<>();
    for (NodeView node : nodes) {
      if (node.outstanding() > 0 && node.state() == NodeView.State.AWAY) {
        names.add(
            node.identity()
                + " (not connected, given up in "
                + Math.max(1, node.expiry().toSeconds())
                + " s"
                + (node.remark().isEmpty() ? "" : "; " + node.remark())
                + ")");
      }
    }
    for (NodeView node : nodes) {
      if (node.outstanding() > 0 && node.state() == NodeView.State.ACTIVE) {
        names.add(node.identity() + (node.remark().isEmpty() ? "" : " (" + node.remark() + ")"));
      }
    }
    if (names.isEmpty()) {
      return "";
    }
    int more = names.size() - MAX_NAMES;
    return "waiting for "
        + String.join(", ", names.subList(0, Math.min(MAX_NAMES, names.size())))
        + (more > 0 ? " and " + more + " more" : "");
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
