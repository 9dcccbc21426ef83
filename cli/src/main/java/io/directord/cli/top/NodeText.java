package io.directord.cli.top;

import io.directord.cli.output.Elapsed;
import io.directord.cli.output.Times;
import io.directord.common.api.NodeView;
import java.util.ArrayList;
import java.util.List;

/** Everything about one node, as lines. */
final class NodeText {
  private NodeText() {}

  static List<String> of(NodeView node) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "State       " + node.state() + (node.remark().isEmpty() ? "" : ": " + node.remark()));
    lines.add(
        "Heard of    "
            + (node.lastSeen() == null
                ? "not since the server started"
                : Times.shortMoment(node.lastSeen())));
    lines.add(
        "Jobs        " + node.outstanding() + " not answered, " + node.presence().held() + " held");
    lines.add("Version     " + node.version() + ", by " + node.client().driver());
    lines.add("Client up   " + Elapsed.text(node.client().agentUptime()));
    lines.add("Machine up  " + Elapsed.text(node.client().hostUptime()));
    lines.add("Machine id  " + node.client().machineId());
    lines.add("Addresses   " + String.join(", ", node.traits().addresses()));
    node.traits()
        .labels()
        .forEach((name, label) -> lines.add("Label       " + name + "=" + label.value()));
    node.traits().facts().forEach((name, fact) -> lines.add("Fact        " + name + "=" + fact));
    return lines;
  }
}
