package io.directord.cli.command;

import io.directord.cli.console.Failure;
import io.directord.cli.context.Servers;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeView;
import io.directord.common.api.ServerAddress;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.Settings;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Names of nodes and jobs from the server, for completion, within a short timeout. */
class ServerNames {
  private static final int MAX_JOBS = 50;
  private static final long TIMEOUT_MILLIS = 3000;
  private static final String SOCKET = "--socket-path";
  private static final String CONTEXT = "--context";

  private final ServerConnection server;

  /** A request to the server. */
  private interface Question {
    List<String> ask() throws IOException;
  }

  /**
   * @param words of the command line being completed, which may name another server
   */
  ServerNames(Settings settings, List<String> words) {
    this.server = new ServerConnection(address(settings, words), (reason, left) -> {});
  }

  /** As the command would find it, whose settings are on its own line. */
  static ServerAddress address(Settings settings, List<String> words) {
    String sockets = last(words, SOCKET);
    String context = last(words, CONTEXT);
    try {
      if (context != null) {
        return Servers.of(settings, context);
      }
      return sockets == null
          ? Servers.of(settings)
          : ServerAddress.ofSockets(Stream.of(sockets.split(",")).map(Path::of).toList());
    } catch (InvalidPathException | Failure | IOException e) {
      // The command itself will report it.
      return ServerAddress.ofSockets(settings.serverSockets());
    }
  }

  private static String last(List<String> words, String option) {
    String value = null;
    for (int i = 0; i + 1 < words.size(); i++) {
      if (words.get(i).equals(option)) {
        value = words.get(i + 1);
      } else if (words.get(i).startsWith(option + "=")) {
        value = words.get(i).substring(option.length() + 1);
      }
    }
    return value;
  }

  List<String> nodes() {
    return inTime(() -> server.nodes().stream().map(NodeView::identity).toList());
  }

  /** Ids of the newest jobs, the newest first. */
  List<String> jobs() {
    return inTime(() -> newest().stream().map(job -> job.id().toString()).toList());
  }

  /** Ids of the newest jobs, the newest first. */
  List<String> parents() {
    return inTime(
        () -> newest().stream().map(job -> job.parent().id().toString()).distinct().toList());
  }

  private List<JobSummary> newest() throws IOException {
    List<JobSummary> jobs = new ArrayList<>(server.newestJobs(MAX_JOBS));
    Collections.reverse(jobs);
    return jobs;
  }

  private static List<String> inTime(Question question) {
    FutureTask<List<String>> task = new FutureTask<>(question::ask);
    Thread thread = new Thread(task, "names");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // Without a server there are no names; the command itself reports the error.
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }
}
