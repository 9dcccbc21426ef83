package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.options.SettingOptions;
import io.directord.cli.options.Spec;
import io.directord.cli.systemd.Unit;
import io.directord.client.Client;
import io.directord.client.ClientStartException;
import io.directord.client.ClientStatus;
import io.directord.client.Diagnosis;
import io.directord.client.Finding;
import io.directord.common.config.Settings;
import java.io.IOException;
import java.nio.file.Path;

/** The client, which runs on every node. */
final class ClientMode implements Mode {
  private final UnitOptions unit;
  private boolean status;
  private boolean diagnose;

  /**
   * @param given settings of the command line
   */
  ClientMode(SettingOptions given) {
    this.unit = new UnitOptions(given);
  }

  @Override
  public Spec spec() {
    Spec spec =
        Spec.of("client", this)
            .usage(
                "directord [global options] client [options]",
                "Runs on every node: takes jobs from the server and answers. Ends at SIGTERM.")
            .flag(
                "--status",
                "Only say whether a client runs here and is connected; the exit status is 1 if not.",
                given -> status = given)
            .flag(
                "--diagnose",
                "Only find out why a client here does not join: name, ports, key, identity, version,"
                    + " clock. Does not join, and disturbs no client that runs. The exit status is 1 if"
                    + " something is wrong.",
                given -> diagnose = given);
    return unit.addTo(spec, "client", "the group with which the client and its jobs run.")
        .examples(
            "  directord client --server-address director.example.com",
            "  directord --shared-key - client --server-address 192.0.2.1 < KEY-FILE",
            "  directord client --server-address 192.0.2.1 --join-token - < TOKEN-FILE",
            "  directord client --status",
            "  directord client --server-address 192.0.2.1 --diagnose",
            "  directord client --server-address 192.0.2.1 --install-unit --start");
  }

  @Override
  public int run(Settings settings, Console console)
      throws Failure, IOException, InterruptedException {
    if (status && diagnose) {
      throw Failure.usage("client: only one of --status and --diagnose can be given");
    }
    if (status) {
      return status(settings, console);
    }
    if (diagnose) {
      return diagnose(settings, console);
    }
    if (unit.isAsked()) {
      return unit.run(Unit::ofClient, settings, console);
    }
    Service service = new Service(settings, Client.class);
    try {
      Client client = Client.start(settings, service::died);
      return service.runUntilTold(client, client::turns);
    } catch (ClientStartException e) {
      return service.notStarted(e);
    }
  }

  private static int diagnose(Settings settings, Console console) {
    boolean fine = Diagnosis.run(settings, finding -> tell(finding, console));
    return fine ? ExitStatus.OK : ExitStatus.FAILED;
  }

  /** A line: the check, whether it is well, what was found and what to do. */
  private static void tell(Finding finding, Console console) {
    String kind =
        switch (finding.kind()) {
          case OK -> "ok";
          case WARNING -> "warning";
          case WRONG -> "WRONG";
        };
    String remedy = finding.remedy().isEmpty() ? "" : ": " + finding.remedy();
    console
        .out()
        .println(
            console.shown(
                String.format("%-12s  %-7s  ", finding.check(), kind) + finding.what() + remedy));
    console.out().flush();
  }

  /** The sentence for a client that is not connected, whatever the reason. */
  static String notConnected(Path directory) {
    return "not connected: no client with the state directory "
        + directory
        + " runs, or it has no connection to its server; the client's log has the reason, and"
        + " 'directord client --diagnose' looks for it";
  }

  private static int status(Settings settings, Console console) throws IOException {
    Path directory = settings.get(Settings.STATE_PATH);
    if (!ClientStatus.isConnected(directory)) {
      console.error(notConnected(directory));
      return ExitStatus.FAILED;
    }
    console.out().println("connected");
    return ExitStatus.OK;
  }
}
