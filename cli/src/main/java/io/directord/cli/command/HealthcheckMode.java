package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.options.Spec;
import io.directord.client.ClientStatus;
import io.directord.common.api.Leadership;
import io.directord.common.api.ServerConnection;
import io.directord.common.api.ServerStatus;
import io.directord.common.config.ClassArchive;
import io.directord.common.config.Settings;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The health check that service managers and schedulers share. Failed is status 3: Consul and Nomad
 * take 1 for a warning, and Docker reserves 2.
 */
final class HealthcheckMode implements Mode {
  private static final String CLIENT = "client";
  static final List<String> ROLES = List.of(CLIENT, "server");

  /** Less than the 10 s after which those who run this check usually end it. */
  private static final Duration TIMEOUT = Duration.ofSeconds(8);

  private final List<String> words = new ArrayList<>();

  @Override
  public Spec spec() {
    return Spec.of("healthcheck", this)
        .usage(
            "directord healthcheck [ROLE]",
            "Says whether the server here answers, or the client here is connected to its server:"
                + " the exit status is 0 if so, and 3 if not, with a line that says why. The check"
                + " for systemd, podman, Kubernetes, Nomad and Consul; it takes 10 seconds at"
                + " most.")
        .operands("ROLE", "server or client. Without it, one of them is enough.", words::add)
        .examples(
            "  directord healthcheck",
            "  directord healthcheck client",
            "  directord --socket-path /run/d.sock healthcheck server");
  }

  @Override
  public int run(Settings settings, Console console) throws Failure, InterruptedException {
    List<String> troubles = new ArrayList<>();
    for (String role : roles()) {
      if (role.equals(CLIENT)) {
        Optional<String> trouble = ofClient(settings);
        if (trouble.isEmpty()) {
          return well("client: well", console);
        }
        troubles.add(trouble.get());
      } else {
        try {
          return well("server: well" + ofServer(settings), console);
        } catch (IOException e) {
          troubles.add(IoErrors.sayWhere(e));
        }
      }
    }
    throw new Failure(ErrorCode.NOT_WELL, String.join("; ", troubles));
  }

  private static int well(String line, Console console) {
    console.out().println(line);
    ClassArchive.unused().ifPresent(slow -> console.out().println(console.shown("note: " + slow)));
    return ExitStatus.OK;
  }

  /** The role that was given, or both. */
  private List<String> roles() throws Failure {
    String given = String.join(" ", words);
    if (words.isEmpty() || ROLES.contains(given)) {
      return words.isEmpty() ? ROLES : words;
    }
    throw Failure.usage(
        "healthcheck: client or server is expected, not "
            + Quoted.of(given)
            + Nearest.hint(given, ROLES));
  }

  /** Why the client here is not well, if so. */
  private static Optional<String> ofClient(Settings settings) {
    Path state = settings.get(Settings.STATE_PATH);
    try {
      return ClientStatus.isConnected(state)
          ? Optional.empty()
          : Optional.of(ClientMode.notConnected(state));
    } catch (IOException e) {
      return Optional.of("the client's state cannot be read: " + IoErrors.sayWhere(e));
    }
  }

  /**
   * What is to be said of a server that is well. Bounds connecting too, which waits for one that
   * accepts nothing.
   */
  private static String ofServer(Settings settings) throws IOException, InterruptedException {
    Path socket = settings.serverSockets().get(0);
    FutureTask<Optional<ServerStatus>> ping =
        new FutureTask<>(() -> new ServerConnection(socket).ping());
    Thread thread = new Thread(ping, "ping");
    thread.setDaemon(true);
    thread.start();
    try {
      return ping.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
          .map(ServerStatus::leadership)
          .map(HealthcheckMode::role)
          .orElse("");
    } catch (TimeoutException e) {
      throw new IOException(
          "the server at " + socket + " has not answered for " + TIMEOUT.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException broken) {
        throw broken;
      }
      throw new IllegalStateException(e);
    }
  }

  private static String role(Leadership seen) {
    if (seen.leads()) {
      return ", leads";
    }
    return ", stands by: " + (seen.leader() == null ? "no server" : seen.leader()) + " leads";
  }
}
