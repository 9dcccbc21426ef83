package io.directord.server.dispatch;

import io.directord.common.api.NodeView;
import io.directord.common.api.Receipt;
import io.directord.common.job.Job;
import io.directord.common.target.Target;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.node.TargetResolver;
import io.directord.server.store.Resolved;
import io.directord.server.store.StoredJob;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** The targets of the jobs of one submission; all jobs for every node get the same nodes. */
final class Resolution {
  private static final List<Target> EVERY_NODE = List.of(new Target.EveryNode());

  private final NodeRegistry nodes;
  private final TargetResolver resolver;
  private final Set<String> named = new LinkedHashSet<>();
  private Resolved everyNode;
  private boolean leavesOut;

  Resolution(NodeRegistry nodes) {
    this.nodes = nodes;
    this.resolver = new TargetResolver(nodes);
  }

  /** The targets of a job that is submitted now. */
  Resolved resolve(Job job) {
    if (job.targets().isEmpty()) {
      Resolved all = everyNode();
      leavesOut |= !job.runOnce();
      return job.runOnce() ? Resolved.named(all.targets().subList(0, 1)) : all;
    }
    named.addAll(job.targets());
    Resolved all = resolved(Target.of(job.targets()));
    return job.runOnce() ? Resolved.named(all.targets().subList(0, 1)) : all;
  }

  /** A query is sent to every node; its targets are the nodes that wait for the answers. */
  Resolved withAllNodes(Resolved targets) {
    Set<String> all = new LinkedHashSet<>(targets.targets());
    all.addAll(resolver.resolve(EVERY_NODE).identities());
    return new Resolved(List.copyOf(all), targets.leftOut());
  }

  /** Adds a job of the submission that was accepted before. */
  void known(Job job, StoredJob stored) {
    if (!job.targets().isEmpty()) {
      named.addAll(stored.targets());
    } else if (everyNode == null || !job.runOnce()) {
      everyNode = stored.resolved();
      leavesOut |= !job.runOnce();
    }
  }

  /** The receipt for the caller. */
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

  private Resolved everyNode() {
    if (everyNode == null) {
      everyNode = resolved(EVERY_NODE);
    }
    return everyNode;
  }

  private Resolved resolved(List<Target> targets) {
    TargetResolver.Selection selection = resolver.resolve(targets);
    return new Resolved(
        selection.identities(), selection.leftOut().stream().map(Node::identity).toList());
  }
}
