package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.Failure;
import io.directord.cli.context.Servers;
import io.directord.cli.output.OutputFormat;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.Settings;
import java.io.IOException;

/** The actions of {@code manage}. */
final class ManageActions {
  private final ManageNodes nodes;
  private final ManageJobs jobs;
  private final ManageServer server;

  /**
   * @param format null if none was given
   */
  ManageActions(Settings settings, Console console, OutputFormat format)
      throws Failure, IOException {
    ServerConnection connection =
        new ServerConnection(Servers.of(settings), new BusyServer(console::error));
    ManageOutput shown = new ManageOutput(console, format);
    nodes = new ManageNodes(connection, console, shown);
    jobs = new ManageJobs(connection, console, shown);
    server = new ManageServer(settings, connection, console, shown);
  }

  ManageNodes nodes() {
    return nodes;
  }

  ManageJobs jobs() {
    return jobs;
  }

  ManageServer server() {
    return server;
  }
}
