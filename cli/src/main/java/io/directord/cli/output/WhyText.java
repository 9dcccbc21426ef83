package io.directord.cli.output;

import io.directord.cli.console.Colour;
import io.directord.common.api.Explanation;
import io.directord.common.api.Explanation.NodeExplanation;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.target.FoldedNames;
import io.directord.common.validation.Counted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** How a job stands on its nodes, a sentence for each, once for all of which the same is true. */
public final class WhyText {
  private static final int INDENT = 2;

  /** Nodes of which the same is said, but for their place in a queue. */
  private record Said(String text, NodeOutcome.State state, boolean isInQueue) {}

  private WhyText() {}

  /**
   * Lines of so many columns at most.
   *
   * @param shown makes text of nodes safe
   * @param paint puts text into a colour
   */
  public static List<String> of(
      Explanation why,
      int columns,
      UnaryOperator<String> shown,
      BiFunction<Colour, String, String> paint) {
    List<String> lines = new ArrayList<>();
    lines.add(shown.apply(head(why.job(), columns)));
    said(why).forEach((said, nodes) -> add(said, nodes, columns, shown, paint, lines));
    return lines;
  }

  private static void add(
      Said said,
      List<NodeExplanation> nodes,
      int columns,
      UnaryOperator<String> shown,
      BiFunction<Colour, String, String> paint,
      List<String> to) {
    String names = names(nodes) + ":";
    List<String> lines =
        Display.wrapped(shown.apply(names + " " + said.text() + places(nodes)), columns, INDENT);
    String first = lines.get(0);
    to.add(
        first.startsWith(names)
            ? paint.apply(colour(said.state()), names) + first.substring(names.length())
            : first);
    to.addAll(lines.subList(1, lines.size()));
  }

  private static String head(JobSummary job, int columns) {
    int open = job.counts().open();
    String end =
        open == 0
            ? ", has ended"
            : ", has not ended on " + open + " of " + Counted.of(job.targets(), "node");
    String title = Display.shortId(job.id()) + " " + job.title().line();
    return Display.cut(title, Math.max(20, columns - end.length())) + end;
  }

  /** What has not ended stands last, where it is seen. */
  private static Map<Said, List<NodeExplanation>> said(Explanation why) {
    Map<Said, List<NodeExplanation>> said = new LinkedHashMap<>();
    why.nodes().stream()
        .sorted(Comparator.comparing((NodeExplanation node) -> !node.state().ended()))
        .forEach(
            node ->
                said.computeIfAbsent(
                        new Said(
                            why.job().title().without(node.text()),
                            node.state(),
                            node.place() != null),
                        same -> new ArrayList<>())
                    .add(node));
    return said;
  }

  private static String names(List<NodeExplanation> nodes) {
    return FoldedNames.text(nodes.stream().map(NodeExplanation::node).toList());
  }

  /** The places of the nodes in a queue; empty if they are in none. */
  private static String places(List<NodeExplanation> nodes) {
    List<Explanation.Place> places =
        nodes.stream()
            .map(NodeExplanation::place)
            .filter(Objects::nonNull)
            .sorted(Comparator.comparing(Explanation.Place::at))
            .toList();
    if (places.isEmpty()) {
      return "";
    }
    Explanation.Place last = places.get(places.size() - 1);
    return places.size() == 1
        ? "; " + last.text()
        : "; places "
            + places.get(0).at()
            + " to "
            + last.at()
            + " of "
            + last.of()
            + " in the queue";
  }

  private static Colour colour(NodeOutcome.State state) {
    return switch (state) {
      case SUCCEEDED -> Colour.GREEN;
      case FAILED -> Colour.RED;
      case WAITING, SENT, RUNNING, SKIPPED -> Colour.YELLOW;
    };
  }
}
