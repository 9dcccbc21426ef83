package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.options.Spec;
import io.directord.client.Client;
import io.directord.client.ClientStartException;
import io.directord.client.ClientStatus;
import io.directord.common.config.Settings;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;

/** The client, which runs on every node. */
final class ClientMode implements Mode {
  private boolean status;

  @Override
  public CommandSpec spec() {
    return Spec.of("client", this)
        .usage(
            "directord [global options] client [options]",
            "Runs on every node: takes jobs from the server and answers. Ends at SIGTERM.")
        .flag(
            "--status",
            "Only say whether a client runs here and is connected; the exit status is 1 if not.",
            given -> status = given)
        .examples(
            "  directord client --server-address director.example.com",
            "  directord --shared-key - client --server-address 192.0.2.1 < KEY-FILE",
            "  directord client --status")
        .build();
  }

  @Override
  public int run(Settings settings, Console console)
      throws Failure, IOException, InterruptedException {
    if (status) {
      return status(settings, console);
    }
    Service service = new Service(settings, Client.class);
    try {
      return service.runUntilTold(Client.start(settings, service::died));
    } catch (ClientStartException e) {
      return service.notStarted(e);
    }
  }

  private static int status(Settings settings, Console console) throws IOException {
    Path directory = settings.get(Settings.STATE_PATH);
    if (!ClientStatus.isConnected(directory)) {
      console.error(
          "not connected: no client with the state directory "
              + directory
              + " runs, or the server refuses it; the client's log has the reason");
      return ExitStatus.FAILED;
    }
    console.out().println("connected");
    return ExitStatus.OK;
  }
}
