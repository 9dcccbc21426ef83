package io.directord.server.dispatch;

import io.directord.common.target.FoldedNames;
import io.directord.common.target.Target;
import io.directord.common.target.TargetGroups;
import io.directord.common.validation.Counted;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.FirstNames;
import io.directord.common.validation.Place;
import io.directord.server.access.Caller;
import io.directord.server.access.Permission;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.node.TargetResolver;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * Forgets nodes at a caller's request: those that have enrolled, and those that jobs are held for.
 */
final class Forgetting {
  private static final System.Logger LOG = System.getLogger(Forgetting.class.getName());

  private final NodeRegistry nodes;
  private final TargetGroups groups;
  private final JobBook book;
  private final Membership membership;
  private final NodeRights rights;

  Forgetting(
      NodeRegistry nodes,
      TargetGroups groups,
      JobBook book,
      Membership membership,
      NodeRights rights) {
    this.nodes = nodes;
    this.groups = groups;
    this.book = book;
    this.membership = membership;
    this.rights = rights;
  }

  void forget(Input.ForgetNodes request, Caller caller, Turn turn) {
    if (isOnlyWaitedFor(request.target())
        && rights
            .lacking(caller, Permission.MANAGE_NODES, null, List.of(request.target()))
            .isEmpty()) {
      book.forget(request.target(), turn);
      LOG.log(
          Level.INFO,
          "{0} has forgotten {1}, which has not enrolled",
          caller.user(),
          request.target());
      turn.whenDurable(new Step.Do(new Effect.Reply<>(request.to(), List.of(request.target()))));
      return;
    }
    List<Node> forgotten;
    try {
      forgotten = forgotten(request);
    } catch (RefusedException e) {
      turn.refuse(request.to(), e);
      return;
    }
    List<String> names = forgotten.stream().map(Node::identity).toList();
    try {
      rights.require(caller, Permission.MANAGE_NODES, null, names);
    } catch (RefusedException e) {
      turn.refuse(request.to(), e);
      return;
    }
    membership.forget(forgotten, turn);
    LOG.log(
        Level.INFO,
        "{0} has forgotten {1}: {2}",
        caller.user(),
        request.target() == null
            ? "all nodes, " + forgotten.size()
            : Counted.of(forgotten.size(), "node"),
        FirstNames.of(FoldedNames.of(names)));
    turn.whenDurable(new Step.Do(new Effect.Reply<>(request.to(), names)));
  }

  /** Whether it is the name of a node that has not enrolled, for which jobs are held. */
  private boolean isOnlyWaitedFor(String name) {
    return name != null && nodes.find(name) == null && book.hasWorkFor(name);
  }

  private List<Node> forgotten(Input.ForgetNodes request) {
    if (request.target() == null) {
      return List.copyOf(nodes.all());
    }
    TargetResolver resolver = new TargetResolver(nodes, groups, request.earlier());
    if (Target.of(request.target()) instanceof Target.OneNode one) {
      resolver
          .error(one)
          .ifPresent(
              error -> {
                throw new RefusedException(
                    RefusedException.Kind.NOT_FOUND,
                    ErrorCode.UNKNOWN_NODE,
                    new Place.Key("id").error(error.message()));
              });
    }
    return Labelling.nodes(List.of(request.target()), resolver);
  }
}
