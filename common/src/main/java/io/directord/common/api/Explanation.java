package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * How a job stands on its nodes, a sentence for each.
 *
 * @param nodes sorted by name
 */
public record Explanation(JobSummary job, List<NodeExplanation> nodes) {
  public Explanation {
    nodes = List.copyOf(nodes);
  }

  /**
   * How it stands on a node.
   *
   * @param text words that follow the node's name
   * @param place of the node in the queue of those whose turn comes; null if it is not in one
   * @param fromNode whether the node itself was asked; otherwise it is what the server knows
   */
  public record NodeExplanation(
      String node,
      NodeOutcome.State state,
      String text,
      @JsonInclude(JsonInclude.Include.NON_NULL) Place place,
      boolean fromNode) {

    /** Of a node that is in no queue. */
    public NodeExplanation(String node, NodeOutcome.State state, String text, boolean fromNode) {
      this(node, state, text, null, fromNode);
    }

    /** With other words, about the same. */
    public NodeExplanation with(String words, boolean fromNode) {
      return new NodeExplanation(node, state, words, place, fromNode);
    }
  }

  /**
   * A place in a queue.
   *
   * @param at from 1
   * @param of length of the queue
   */
  public record Place(int at, int of) {
    /** For people. */
    public String text() {
      return "place " + at + " of " + of + " in the queue";
    }
  }
}
