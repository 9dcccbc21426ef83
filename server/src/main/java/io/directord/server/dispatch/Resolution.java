package io.directord.server.dispatch;

import io.directord.common.api.Bodies;
import io.directord.common.api.JobTitle;
import io.directord.common.api.NodeView;
import io.directord.common.api.Receipt;
import io.directord.common.api.ResolvedTargets;
import io.directord.common.job.Job;
import io.directord.common.target.Target;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.node.TargetResolver;
import io.directord.server.store.Resolved;
import io.directord.server.store.StoredJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** The targets of the jobs of one submission; all jobs with the same targets get the same nodes. */
final class Resolution {
  private static final List<Target> EVERY_NODE = List.of(new Target.EveryNode());

  private final NodeRegistry nodes;
  private final TargetResolver resolver;
  private final List<String> limit;
  private final Map<List<String>, Resolved> whole = new LinkedHashMap<>();
  private final Map<List<String>, Resolved> once = new LinkedHashMap<>();
  private final Map<List<String>, List<String>> withAway = new LinkedHashMap<>();
  private final Map<String, Receipt.Held> held = new TreeMap<>();
  private final Set<String> leftOut = new TreeSet<>();
  private final List<Bodies.Omitted> omitted = new ArrayList<>();

  /**
   * @param limit targets to which those of all jobs are narrowed; empty for no limit
   */
  Resolution(NodeRegistry nodes, TargetResolver resolver, List<String> limit) {
    this.nodes = nodes;
    this.resolver = resolver;
    this.limit = limit;
  }

  /** Of a job of the server's own. */
  Resolution(NodeRegistry nodes) {
    this(nodes, TargetResolver.of(nodes), List.of());
  }

  /** The targets of a job that is submitted now; without any if the limit leaves none. */
  Resolved resolve(Job job) {
    Resolved all = whole.computeIfAbsent(job.targets(), this::select);
    if (job.parent().options().deadline() != null) {
      List<String> names = withAway.computeIfAbsent(job.targets(), this::selectWithAway);
      List<String> first = all.targets().isEmpty() ? names : all.targets();
      return new Resolved(
          job.runOnce() ? first.subList(0, Math.min(1, first.size())) : names,
          List.of(),
          limit,
          all.forgotten());
    }
    if (!job.runOnce()) {
      leftOut.addAll(all.leftOut());
      return all;
    }
    List<String> first = all.targets().subList(0, Math.min(1, all.targets().size()));
    return new Resolved(first, List.of(), limit, all.forgotten());
  }

  private Resolved select(List<String> written) {
    List<Target> targets = Target.of(written);
    TargetResolver.Selection selection = resolver.resolve(targets);
    if (!limit.isEmpty()) {
      selection = resolver.limited(selection, Target.of(limit));
    }
    return new Resolved(
        selection.identities(),
        selection.leftOut().stream().map(Node::identity).toList(),
        limit,
        selection.forgotten());
  }

  /** The names for which a job is that is held for nodes that are away. */
  private List<String> selectWithAway(List<String> written) {
    List<String> names = resolver.resolveWithAway(Target.of(written));
    if (limit.isEmpty()) {
      return names;
    }
    Set<String> within = Set.copyOf(resolver.resolveWithAway(Target.of(limit)));
    return names.stream().filter(within::contains).toList();
  }

  /** Notes that a job is held for those of these targets that are away, until then. */
  void hold(Collection<String> targets, Instant until) {
    for (String name : targets) {
      Node node = nodes.find(name);
      if (node == null || node.state() != NodeView.State.ACTIVE) {
        held.merge(
            name,
            new Receipt.Held(name, node != null, until),
            (one, other) -> one.until().isAfter(other.until()) ? one : other);
      }
    }
  }

  /** A query is sent to every node; its targets are the nodes that wait for the answers. */
  Resolved withAllNodes(Resolved targets) {
    Set<String> all = new LinkedHashSet<>(targets.targets());
    all.addAll(resolver.resolve(EVERY_NODE).identities());
    return targets.with(List.copyOf(all));
  }

  /** Adds a job of the submission that was accepted before. */
  void known(Job job, StoredJob stored) {
    if (job.parent().options().deadline() != null) {
      whole.computeIfAbsent(job.targets(), this::select);
      return;
    }
    // Those of a query were written into it, since it goes to every node.
    boolean asWritten = stored.job().targets().equals(job.targets());
    Resolved resolved =
        asWritten ? stored.resolved() : stored.resolved().with(stored.job().targets());
    if (job.runOnce()) {
      once.putIfAbsent(job.targets(), resolved);
    } else {
      whole.put(job.targets(), resolved);
      leftOut.addAll(resolved.leftOut());
    }
  }

  /**
   * Adds a job that is not kept.
   *
   * @param index in the submission, from 0
   */
  void omit(Job job, int index) {
    omitted.add(new Bodies.Omitted(job.id(), index + 1, JobTitle.of(job).line()));
  }

  List<Bodies.Omitted> omitted() {
    return omitted;
  }

  /** The nodes of each list of targets. */
  List<ResolvedTargets> targets() {
    Map<List<String>, Resolved> all = new LinkedHashMap<>(once);
    all.putAll(whole);
    List<ResolvedTargets> lists = new ArrayList<>();
    all.forEach(
        (written, resolved) ->
            lists.add(
                new ResolvedTargets(
                    written,
                    resolved.targets(),
                    resolved.leftOut(),
                    resolved.forgotten(),
                    notHeld(resolved.targets(), NodeView.State.EXPIRED))));
    return lists;
  }

  /** The receipt for the caller, without the jobs that are omitted. */
  Receipt receipt(List<UUID> jobs) {
    Set<UUID> none = new LinkedHashSet<>();
    omitted.forEach(job -> none.add(job.id()));
    List<ResolvedTargets> lists = targets();
    List<String> every = List.of();
    Set<String> all = new LinkedHashSet<>();
    for (ResolvedTargets list : lists) {
      all.addAll(list.nodes());
      every = list.written().isEmpty() ? list.nodes() : every;
    }
    return new Receipt(
        jobs.stream().filter(id -> !none.contains(id)).toList(),
        every,
        notHeld(all, NodeView.State.AWAY),
        List.copyOf(leftOut),
        lists.stream()
            .filter(list -> !list.written().isEmpty())
            .filter(list -> !list.written().equals(list.nodes()) || !list.expired().isEmpty())
            .toList(),
        omitted,
        List.copyOf(held.values()));
  }

  /** Those of them that are in this state, and are not waited for. */
  private List<String> notHeld(Collection<String> names, NodeView.State state) {
    return names.stream()
        .map(nodes::find)
        .filter(Objects::nonNull)
        .filter(node -> node.state() == state && !held.containsKey(node.identity()))
        .map(Node::identity)
        .toList();
  }

  /** Nodes that are left out, since they have expired. */
  Set<String> leftOut() {
    return leftOut;
  }
}
