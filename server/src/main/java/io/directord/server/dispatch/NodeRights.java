package io.directord.server.dispatch;

import io.directord.common.job.Job;
import io.directord.common.target.Expression;
import io.directord.common.target.FoldedNames;
import io.directord.common.target.Target;
import io.directord.common.target.TargetGroups;
import io.directord.common.validation.Counted;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.FirstNames;
import io.directord.common.validation.Place;
import io.directord.server.access.Caller;
import io.directord.server.access.Permission;
import io.directord.server.access.Rights.Grant;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.node.TargetError;
import io.directord.server.node.TargetResolver;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Whether a caller may do something to nodes. What nodes say of themselves counts for nothing here:
 * only their names, and labels that were set at the server.
 */
final class NodeRights {
  private final NodeRegistry nodes;

  NodeRights(NodeRegistry nodes) {
    this.nodes = nodes;
  }

  /**
   * What the caller lacks, for a message; empty if it may.
   *
   * @param verb of the jobs; null for what is not bound to verbs
   * @param names of the nodes, which need not be enrolled
   */
  Optional<String> lacking(
      Caller caller, Permission permission, String verb, Collection<String> names) {
    return lacking(caller, permission, verb, false, names);
  }

  /**
   * As {@link #lacking} for submitting a job.
   *
   * @param foreign whether it brings a definition of its verb that is not the server's: that can do
   *     anything, so it needs a role for all verbs
   */
  Optional<String> lacking(Caller caller, Job job, boolean foreign, Collection<String> names) {
    return lacking(caller, Permission.SUBMIT, job.verb(), foreign, names);
  }

  private Optional<String> lacking(
      Caller caller,
      Permission permission,
      String verb,
      boolean foreign,
      Collection<String> names) {
    if (caller.rights().everything()) {
      return Optional.empty();
    }
    List<Grant> grants =
        caller.rights().grants().stream()
            .filter(grant -> grant.has(permission))
            .filter(grant -> verb == null || grant.hasVerb(verb))
            .filter(grant -> !foreign || grant.verbs() == null)
            .toList();
    List<String> refused = new ArrayList<>();
    for (String name : names) {
      if (grants.stream().noneMatch(grant -> covers(grant, name))) {
        refused.add(name);
      }
    }
    if (refused.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        caller.title()
            + " may not "
            + permission.text()
            + (verb == null ? "" : " of " + verb)
            + (foreign ? " by another definition than the server's" : "")
            + (grants.isEmpty()
                ? ""
                : " on "
                    + Counted.of(refused.size(), "node")
                    + ": "
                    + FirstNames.of(FoldedNames.of(refused)))
            + "; it has "
            + caller.rights().roles());
  }

  /**
   * Of a node that is not enrolled there is no answer, unless it is no and the caller may not see
   * which nodes there are.
   */
  void answer(Input.May may, Caller caller, Turn turn) {
    Optional<String> lacking =
        lacking(may.who(), Permission.SUBMIT, may.verb(), List.of(may.node()));
    boolean mayKnow = lacking.isEmpty() || caller.rights().has(Permission.READ_NODES);
    Optional<TargetError> unknown =
        TargetResolver.of(nodes).error(new Target.OneNode(may.node())).filter(error -> mayKnow);
    if (unknown.isPresent()) {
      turn.refuse(
          may.to(),
          new RefusedException(
              RefusedException.Kind.NOT_FOUND,
              ErrorCode.UNKNOWN_NODE,
              new Place.Key("node").error(unknown.get().message())));
    } else {
      turn.reply(may.to(), lacking.orElse(null));
    }
  }

  /**
   * As {@link #lacking}.
   *
   * @throws RefusedException if it may not
   */
  void require(Caller caller, Permission permission, String verb, Collection<String> names) {
    lacking(caller, permission, verb, names).ifPresent(NodeRights::refuse);
  }

  /** As {@link #lacking(Caller, Job, boolean, Collection)}, likewise. */
  void require(Caller caller, Job job, boolean foreign, Collection<String> names) {
    lacking(caller, job, foreign, names).ifPresent(NodeRights::refuse);
  }

  private static void refuse(String why) {
    throw new RefusedException(
        RefusedException.Kind.FORBIDDEN,
        ErrorCode.NO_PERMISSION,
        why + ". Nothing was done; 'directord manage --whoami' shows what it may do");
  }

  private boolean covers(Grant grant, String name) {
    return grant.targets() == null
        || grant.targets().stream().anyMatch(target -> matches(target, name, grant.groups()));
  }

  private boolean matches(Target target, String name, TargetGroups groups) {
    if (target instanceof Target.OneNode one) {
      return one.identity().equals(name);
    }
    return target instanceof Target.Matching matching
        && matches(matching.expression(), name, groups);
  }

  private boolean matches(Expression part, String name, TargetGroups groups) {
    if (part instanceof Expression.Not not) {
      return !matches(not.operand(), name, groups);
    }
    if (part instanceof Expression.And and) {
      return and.operands().stream().allMatch(one -> matches(one, name, groups));
    }
    if (part instanceof Expression.Or or) {
      return or.operands().stream().anyMatch(one -> matches(one, name, groups));
    }
    if (part instanceof Expression.Name one) {
      return one.name().equals(name);
    }
    if (part instanceof Expression.Names names) {
      return names.pattern().matches(name);
    }
    if (part instanceof Expression.Regex regex) {
      return regex.regex().isIn(name);
    }
    if (part instanceof Expression.Group group) {
      return groups.byName().getOrDefault(group.name(), List.of()).stream()
          .anyMatch(target -> matches(target, name, groups));
    }
    // Results of jobs are refused where roles are read.
    return part instanceof Expression.Label label && hasLabel(label, name);
  }

  /** Where a label is missing, no test passes, not even that it is another one. */
  private boolean hasLabel(Expression.Label label, String name) {
    Node node = nodes.find(name);
    String value = node == null ? null : node.pinned().traits().labels().get(label.key());
    return value != null && label.test().passes(value);
  }
}
