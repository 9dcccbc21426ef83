package io.directord.server.dispatch;

import io.directord.common.config.Product;
import io.directord.common.job.Job;
import io.directord.common.wire.Heartbeat;
import io.directord.server.node.Node;

/**
 * The capability that a client needs for a dry run. Looked for whenever a job is about to be sent,
 * since a node may have come back with an older client, which would run the job.
 */
final class PreviewCapability {
  private PreviewCapability() {}

  /** Why the job must not be sent to that node's client; null if it may be. */
  static String missing(Job job, Node node) {
    if (job.isDryRun() && !node.can(Heartbeat.PREVIEW)) {
      return "nothing was done: "
          + client(node)
          + " cannot say what a job would do, and would have run it; directord "
          + Product.version()
          + " on the node can";
    }
    return null;
  }

  private static String client(Node node) {
    return node.isLegacy()
        ? "the original's client on " + node.identity()
        : "the client on " + node.identity() + ", version " + node.version() + ",";
  }
}
