package io.directord.server.dispatch;

import io.directord.common.target.Target;
import io.directord.common.validation.Counted;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import io.directord.common.wire.NodeAttributes;
import io.directord.server.access.Caller;
import io.directord.server.access.Permission;
import io.directord.server.node.Node;
import io.directord.server.node.TargetResolver;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Shows which nodes targets stand for, and sets their labels. */
final class Labelling {
  private static final System.Logger LOG = System.getLogger(Labelling.class.getName());
  private static final String TARGETS = "targets";

  private Labelling() {}

  /**
   * The nodes that targets stand for, expired ones too, by name.
   *
   * @throws RefusedException if one of them stands for none
   */
  static List<Node> nodes(List<String> written, TargetResolver resolver) {
    List<ValidationError> errors = new ArrayList<>();
    Map<String, Node> found = new TreeMap<>();
    for (int i = 0; i < written.size(); i++) {
      Target target = Target.of(written.get(i));
      TargetResolver.Selection all = resolver.resolve(List.of(target));
      all.nodes().forEach(node -> found.put(node.identity(), node));
      all.leftOut().forEach(node -> found.put(node.identity(), node));
      if (all.nodes().isEmpty() && all.leftOut().isEmpty()) {
        int index = i;
        resolver
            .error(target)
            .ifPresent(
                error ->
                    errors.add(
                        new Place.InTarget(-1, TARGETS, index, Math.max(1, error.column()))
                            .error(error.message())
                            .withCode(SubmissionErrors.code(target))));
      }
    }
    if (!errors.isEmpty()) {
      throw new RefusedException(errors);
    }
    return List.copyOf(found.values());
  }

  /** Sets and removes labels, and answers with the names of the nodes once that is durable. */
  static void label(
      Input.Label request, TargetResolver resolver, NodeRights rights, Caller caller, Turn turn) {
    try {
      List<Node> nodes = nodes(request.targets(), resolver);
      rights.require(
          caller, Permission.MANAGE_NODES, null, nodes.stream().map(Node::identity).toList());
      for (Node node : nodes) {
        NodeAttributes.labelError(node.pinned().traits().withLabels(request.labels()).labels())
            .ifPresent(
                wrong -> {
                  throw new RefusedException(
                      RefusedException.Kind.INVALID,
                      ErrorCode.INVALID_REQUEST,
                      node.identity() + ": " + wrong);
                });
      }
      for (Node node : nodes) {
        node.label(request.labels());
        Membership.store(node, turn);
      }
      LOG.log(
          Level.INFO,
          "{0} has set labels of {1}: {2}",
          caller.user(),
          Counted.of(nodes.size(), "node"),
          request.labels());
      turn.whenDurable(
          new Step.Do(
              new Effect.Reply<>(request.to(), nodes.stream().map(Node::identity).toList())));
    } catch (RefusedException e) {
      turn.refuse(request.to(), e);
    }
  }
}
