package io.directord.cli.command;

import io.directord.cli.output.Elapsed;
import io.directord.common.api.Leadership;
import io.directord.common.api.ServerStatus;
import java.util.ArrayList;
import java.util.List;

/** The state of a server as lines for people. */
final class StatusText {
  private StatusText() {}

  static List<String> of(ServerStatus status) {
    List<String> lines = new ArrayList<>();
    lines.add("Server   " + status.version() + ", up for " + Elapsed.text(status.uptime()));
    Leadership seen = status.leadership();
    if (seen != null) {
      lines.add("Leader   " + leader(seen));
      seen.standbys().forEach(standby -> lines.add("Standby  " + standby));
      if (seen.standbys().isEmpty()) {
        lines.add("Standby  none: no server would take over");
      }
    }
    if (seen == null || seen.leads()) {
      lines.add("Nodes    " + status.nodes() + ", " + status.activeNodes() + " active");
    }
    status.warnings().forEach(warning -> lines.add("Warning  " + warning));
    return lines;
  }

  private static String leader(Leadership seen) {
    if (seen.leader() == null) {
      return "none is known at the moment; the last one was of epoch " + seen.epoch();
    }
    return (seen.leads() ? "this server, " : "")
        + seen.leader()
        + "; epoch "
        + seen.epoch()
        + ", lease renewed "
        + Elapsed.text(seen.sinceRenewal())
        + " ago";
  }
}
