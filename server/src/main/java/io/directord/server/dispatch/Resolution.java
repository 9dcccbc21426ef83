package io.directord.server.dispatch;

import io.directord.common.api.NodeView;
import io.directord.common.api.Receipt;
import io.directord.common.job.Job;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.store.Resolved;
import io.directord.server.store.StoredJob;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** Who gets the jobs of one submission; those for every node get the same nodes. */
final class Resolution {
  private final NodeRegistry nodes;
  private final Set<String> named = new LinkedHashSet<>();
  private Resolved everyNode;
  private boolean leavesOut;

  Resolution(NodeRegistry nodes) {
    this.nodes = nodes;
  }

  /** Who gets a job that is taken now. */
  Resolved resolve(Job job) {
    if (job.targets().isEmpty()) {
      Resolved all = everyNode();
      leavesOut |= !job.runOnce();
      return job.runOnce() ? Resolved.named(all.targets().subList(0, 1)) : all;
    }
    return named(job.runOnce() ? job.targets().subList(0, 1) : job.targets());
  }

  /** A query is sent to every node, whatever its targets: these are who waits for the answers. */
  Resolved withAllNodes(Resolved targets) {
    Set<String> all = new LinkedHashSet<>(targets.targets());
    all.addAll(identities(false));
    return new Resolved(List.copyOf(all), targets.leftOut());
  }

  /** Notes a job of the submission that was taken before. */
  void known(Job job, StoredJob stored) {
    if (!job.targets().isEmpty()) {
      named.addAll(stored.targets());
    } else if (everyNode == null || !job.runOnce()) {
      everyNode = stored.resolved();
      leavesOut |= !job.runOnce();
    }
  }

  /** What the one who submitted is told. */
  Receipt receipt(List<UUID> jobs) {
    Set<String> all = new LinkedHashSet<>(named);
    List<String> every = everyNode == null ? List.of() : everyNode.targets();
    all.addAll(every);
    List<String> away =
        all.stream()
            .map(nodes::find)
            .filter(Objects::nonNull)
            .filter(node -> node.state() == NodeView.State.AWAY)
            .map(Node::identity)
            .toList();
    return new Receipt(jobs, every, away, leavesOut ? everyNode.leftOut() : List.of());
  }

  private Resolved named(List<String> targets) {
    named.addAll(targets);
    return Resolved.named(targets.stream().distinct().toList());
  }

  private Resolved everyNode() {
    if (everyNode == null) {
      everyNode = new Resolved(identities(false), identities(true));
    }
    return everyNode;
  }

  private List<String> identities(boolean expired) {
    List<String> found = new ArrayList<>();
    for (Node node : nodes.all()) {
      if (node.isExpired() == expired) {
        found.add(node.identity());
      }
    }
    return found;
  }
}
