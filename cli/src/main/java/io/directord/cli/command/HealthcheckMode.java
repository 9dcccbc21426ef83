package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.options.Spec;
import io.directord.client.ClientStatus;
import io.directord.common.api.ServerConnection;
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
      Optional<String> trouble = role.equals(CLIENT) ? ofClient(settings) : ofServer(settings);
      if (trouble.isEmpty()) {
        console.out().println(role + ": well");
        return ExitStatus.OK;
      }
      troubles.add(trouble.get());
    }
    throw new Failure(ErrorCode.NOT_WELL, String.join("; ", troubles));
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

  /** The same of the server. Bounds connecting too, which waits for one that accepts nothing. */
  private static Optional<String> ofServer(Settings settings) throws InterruptedException {
    Path socket = settings.serverSocket();
    FutureTask<Void> ping =
        new FutureTask<>(
            () -> {
              new ServerConnection(socket).ping();
              return null;
            });
    Thread thread = new Thread(ping, "ping");
    thread.setDaemon(true);
    thread.start();
    try {
      ping.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      return Optional.empty();
    } catch (TimeoutException e) {
      return Optional.of(
          "the server at " + socket + " has not answered for " + TIMEOUT.toSeconds() + " s");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException broken) {
        return Optional.of(IoErrors.sayWhere(broken));
      }
      throw new IllegalStateException(e);
    }
  }
}
