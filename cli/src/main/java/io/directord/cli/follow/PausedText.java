package io.directord.cli.follow;

import io.directord.common.api.RunState;
import io.directord.common.validation.Counted;
import java.util.ArrayList;
import java.util.List;

/** Tells that a parent is paused, why, and what can be done. */
final class PausedText {
  private PausedText() {}

  /** A line for when it becomes known. */
  static String notice(RunState state, String title) {
    return title
        + " is paused: "
        + state.paused()
        + "; "
        + (state.running() == 0 ? "no node" : Counted.of(state.running(), "node"))
        + (state.running() > 1 ? " still run it, " : " still runs it, ")
        + state.notBegun()
        + (state.notBegun() == 1 ? " has" : " have")
        + " not begun";
  }

  /** Lines for the end of the wait. */
  static List<String> of(Run run) {
    List<String> lines = new ArrayList<>();
    for (RunState state : run.paused()) {
      lines.add(
          run.title(state.parentId())
              + " is paused, and has not begun on "
              + Counted.of(state.notBegun(), "node")
              + ": "
              + state.paused());
      lines.add("  directord manage --resume " + state.parentId() + "   goes on");
      lines.add("  directord manage --cancel " + state.parentId() + "   ends it");
    }
    run.blocked()
        .forEach(
            (parent, nodes) ->
                lines.add(
                    run.title(parent)
                        + " waits for that, on "
                        + Counted.of(nodes, "node")
                        + ": it does not overtake"));
    return lines;
  }
}
