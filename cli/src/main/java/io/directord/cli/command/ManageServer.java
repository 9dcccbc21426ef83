package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.output.OutputFormat;
import io.directord.cli.output.Structured;
import io.directord.client.CacheDump;
import io.directord.common.api.ApiException;
import io.directord.common.api.BackupView;
import io.directord.common.api.Bodies;
import io.directord.common.api.Leadership;
import io.directord.common.api.ServerConnection;
import io.directord.common.api.ServerStatus;
import io.directord.common.config.ClassArchive;
import io.directord.common.config.Settings;
import io.directord.common.validation.Counted;
import java.io.IOException;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The actions of {@code manage} that are about the server, and the cache of a client; every method
 * returns the exit status.
 */
final class ManageServer {
  private final Settings settings;
  private final ServerConnection server;
  private final Console console;
  private final ManageOutput shown;

  ManageServer(Settings settings, ServerConnection server, Console console, ManageOutput shown) {
    this.settings = settings;
    this.server = server;
    this.console = console;
    this.shown = shown;
  }

  int metrics() throws IOException {
    console.out().print(server.metrics());
    return ExitStatus.OK;
  }

  /**
   * @param since a time, or how long ago; null for all
   */
  int audit(String since, String by) throws Failure, IOException {
    Bodies.Audit found = server.access().audit(since == null ? null : AuditTable.since(since), by);
    List<JsonNode> lines = found.lines();
    int status = shown.list(lines, () -> AuditTable.of(lines, console.columns()).lines());
    if (found.omitted() > 0) {
      console.error(
          Counted.of(found.omitted(), "older line")
              + " left out: these are the newest; --since and --by narrow them");
    }
    sayWhoseAudit();
    return status;
  }

  int hooks() throws IOException {
    Bodies.Hooks hooks = server.access().hooks();
    return shown.list(HookTable.all(hooks), () -> HookTable.lines(hooks, console.columns()));
  }

  /** Ends with status 1 if the log does not hold together. */
  int verifyAudit() throws IOException {
    Bodies.AuditVerified found = server.access().verifyAudit();
    shown.show(found, () -> List.of(AuditTable.verified(found)));
    sayWhoseAudit();
    return found.error() == null ? ExitStatus.OK : ExitStatus.FAILED;
  }

  /** Each of several servers has an audit log of its own. */
  private void sayWhoseAudit() throws IOException {
    Leadership seen = server.status().leadership();
    if (seen != null) {
      console.error(AuditTable.whose(seen));
    }
  }

  int whoAmI() throws IOException {
    Bodies.WhoAmI me = server.access().whoAmI();
    return shown.show(me, () -> RightsText.of(me));
  }

  /** Ends with status 1 if the answer is no. */
  int may(String who, List<String> words) throws Failure, IOException {
    if (words.size() != 2) {
      throw Failure.usage("manage: --may needs WHO, VERB and NODE, such as: --may ada RUN web-1");
    }
    Bodies.May may;
    try {
      may = server.access().may(who.equals("me") ? null : who, words.get(0), words.get(1));
    } catch (ApiException e) {
      throw Failure.refused("manage: --may", e);
    }
    int status = shown.show(may, () -> List.of(RightsText.of(may)));
    return may.allowed() ? status : ExitStatus.FAILED;
  }

  int status() throws IOException {
    ServerStatus status = server.status();
    return shown.show(
        status,
        () -> {
          List<String> lines = StatusText.of(status);
          ClassArchive.unused().ifPresent(slow -> lines.add("Note     " + slow));
          return lines;
        });
  }

  /** Ends with status 1 if something could not be copied. */
  int backup(String name) throws Failure, IOException {
    BackupDownload download = new BackupDownload(server.backups(), console);
    BackupView made = download.into(name);
    shown.show(made, () -> BackupDownload.lines(made, name));
    return download.tellMissing(made) ? ExitStatus.FAILED : ExitStatus.OK;
  }

  /** Prints the cache of the client on this machine; needs no server. */
  int dumpCache() throws IOException {
    var contents = CacheDump.of(settings.get(Settings.CACHE_PATH));
    boolean isTable = shown.isTable();
    console.out().print(Structured.text(contents, isTable ? OutputFormat.JSON : shown.format()));
    return ExitStatus.OK;
  }
}
