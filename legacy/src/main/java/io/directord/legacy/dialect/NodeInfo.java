package io.directord.legacy.dialect;

import io.directord.common.api.NodeView;
import io.directord.common.json.Json;
import io.directord.common.python.PythonDuration;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/** A node in the original's terms. */
final class NodeInfo {
  private NodeInfo() {}

  static ObjectNode of(NodeView node, Instant now) {
    return Json.object()
        .put("identity", node.identity())
        .put("active", node.state() == NodeView.State.ACTIVE)
        .put("expire_time", JobInfo.seconds(now.plus(node.expiry())))
        .put("machine_id", node.client().machineId())
        .put("version", node.version())
        .put("host_uptime", PythonDuration.text(node.client().hostUptime()))
        .put("agent_uptime", PythonDuration.text(node.client().agentUptime()))
        .put("driver", node.client().driver())
        .put("expiry", node.expiry().toNanos() / 1e9);
  }
}
