package io.directord.common.target;

import java.util.Collection;
import java.util.List;

/** Something that people and programs write to say for which nodes a job or a request is. */
public sealed interface Target {

  /** Every node that has not expired. */
  record EveryNode() implements Target {}

  /** The node of exactly that name. */
  record OneNode(String identity) implements Target {}

  /** What stands in a list of targets; an empty one is for every node. */
  static List<Target> of(Collection<String> written) {
    return written.isEmpty()
        ? List.of(new EveryNode())
        : written.stream().<Target>map(OneNode::new).toList();
  }
}
