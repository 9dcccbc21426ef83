package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.options.Spec;
import io.directord.client.Client;
import io.directord.client.ClientStartException;
import io.directord.common.config.Settings;
import picocli.CommandLine.Model.CommandSpec;

/** Runs on every node. */
final class ClientMode implements Mode {
  @Override
  public CommandSpec spec() {
    return Spec.of("client", this)
        .usage(
            "directord [global options] client [options]",
            "Runs on every node: takes jobs from the server and answers. Ends at SIGTERM.")
        .examples("  directord --shared-key KEY client --server-address director.example.com")
        .build();
  }

  @Override
  public int run(Settings settings, Console console) throws Failure, InterruptedException {
    Service service = new Service(settings, Client.class);
    try {
      return service.runUntilTold(Client.start(settings, service::died));
    } catch (ClientStartException e) {
      throw new Failure(ExitStatus.FAILED, e.getMessage(), e);
    }
  }
}
