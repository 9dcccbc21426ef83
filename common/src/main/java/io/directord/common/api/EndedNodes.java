package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.job.RunDetails;
import java.util.ArrayList;
import java.util.List;

/**
 * Targets of an ended job with anything but a plain success or failure.
 *
 * @param skipped those that had done the same work before
 * @param changed those that it is known to have changed
 * @param retried those on which it was tried more than once
 * @param cut those whose output was cut
 */
public record EndedNodes(
    List<String> skipped,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> changed,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> retried,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> cut) {
  public static final EndedNodes NONE = new EndedNodes(List.of(), List.of(), List.of(), List.of());

  /** Lists may be null, as in events of an older server. */
  public EndedNodes {
    skipped = copyOf(skipped);
    changed = copyOf(changed);
    retried = copyOf(retried);
    cut = copyOf(cut);
  }

  private static List<String> copyOf(List<String> names) {
    return names == null ? List.of() : List.copyOf(names);
  }

  /** Number of names. */
  public int size() {
    return skipped.size() + changed.size() + retried.size() + cut.size();
  }

  /** Gathers them. */
  public static final class Builder {
    private final List<String> skipped = new ArrayList<>();
    private final List<String> changed = new ArrayList<>();
    private final List<String> retried = new ArrayList<>();
    private final List<String> cut = new ArrayList<>();

    /** Adds the result of the job on a node. */
    public void add(String node, NodeOutcome.State state, RunDetails run) {
      add(state == NodeOutcome.State.SKIPPED, node, skipped);
      add(Boolean.TRUE.equals(run.changed()), node, changed);
      add(run.wasRetried(), node, retried);
      add(run.cut(), node, cut);
    }

    private static void add(boolean is, String node, List<String> names) {
      if (is) {
        names.add(node);
      }
    }

    public EndedNodes build() {
      return new EndedNodes(skipped, changed, retried, cut);
    }
  }
}
