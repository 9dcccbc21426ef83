package io.directord.cli.follow;

import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.ServerConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/**
 * Finds out that a run with a paused parent does not go on: that all others wait for it too, of
 * which no event tells. Looks now and then, only while a parent is paused.
 */
final class Standstill implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final ServerConnection server;
  private final Run run;
  private final Thread thread = new Thread(this::watch, "standstill");
  private final Thread waiting;
  private volatile boolean found;

  /**
   * Nodes of a job where it did not wait for a paused parent, so that one is asked for at a time.
   */
  private final Deque<String> goingOn = new ArrayDeque<>();

  private UUID goingOnJob;

  private Standstill(ServerConnection server, Run run, Thread waiting) {
    this.server = server;
    this.run = run;
    this.waiting = waiting;
    thread.setDaemon(true);
  }

  /** Begins to look; interrupts the calling thread once the run stands still. */
  static Standstill watch(ServerConnection server, Run run) {
    Standstill standstill = new Standstill(server, run, Thread.currentThread());
    standstill.thread.start();
    return standstill;
  }

  /** Whether the run stands still. */
  boolean isFound() {
    return found;
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(PAUSE.toMillis());
        if (run.isPartlyStopped() && isBlocked(run.openBesideStopped())) {
          found = true;
          waiting.interrupt();
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isBlocked(List<Run.Progress> jobs) {
    try {
      if (jobs.isEmpty() || someGoesOn()) {
        return false;
      }
      for (Run.Progress job : jobs) {
        JobView view = server.job(job.job().id());
        List<NodeOutcome> open =
            view.nodes().stream().filter(node -> !node.state().ended()).toList();
        open.stream().filter(Standstill::goesOn).forEach(one -> goingOn.add(one.node()));
        goingOnJob = job.job().id();
        if (open.isEmpty() || !goingOn.isEmpty()) {
          return false;
        }
        run.blocked(job.job().parent().id(), open.size());
      }
      return true;
    } catch (IOException e) {
      // The follower reports that the server is away.
      return false;
    }
  }

  /** Whether a node of those goes on that did when a whole job was read last. */
  private boolean someGoesOn() throws IOException {
    while (!goingOn.isEmpty()) {
      String node = goingOn.element();
      if (goesOn(server.result(goingOnJob.toString(), node, null).result())) {
        return true;
      }
      goingOn.remove();
    }
    return false;
  }

  private static boolean goesOn(NodeOutcome node) {
    return !node.state().ended() && node.notBegun() != NodeOutcome.NotBegun.PAUSED;
  }

  @Override
  public void close() {
    RunFollower.end(thread);
  }
}
