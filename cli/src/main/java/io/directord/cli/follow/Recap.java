package io.directord.cli.follow;

import io.directord.cli.follow.NodeTally.Kind;
import io.directord.cli.output.Display;
import io.directord.cli.output.Elapsed;
import io.directord.common.api.JobCounts;
import io.directord.common.api.NodeOutcome;
import io.directord.common.validation.Counted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last lines of a run: the results of its jobs per node and in total. If there are more nodes
 * than a terminal has lines, nodes with the same figures share a line.
 */
public final class Recap {
  static final int MAX_ROWS = 16;
  private static final int MIN_LABEL = 12;

  /** Such as are worth a colour: above zero, and neither what is skipped nor what changed. */
  private static final Pattern FIGURE =
      Pattern.compile("(?<= )(ok|failed|lost|not-run|unfinished)=[1-9]\\d*");

  private final Run run;
  private final Map<String, NodeTally> nodes = new TreeMap<>();
  private final NodeTally all = new NodeTally();

  /** A line of the table. */
  private record Row(String label, NodeTally tally) {}

  private Recap(Run run) {
    this.run = run;
    run.jobs().forEach(this::add);
  }

  /**
   * The lines.
   *
   * @param time that the run took
   * @param columns that a line may take
   */
  public static List<String> of(Run run, Duration time, int columns) {
    return new Recap(run).lines(time, columns);
  }

  /** The results of all jobs on all nodes so far. */
  static Recap of(Run run) {
    return new Recap(run);
  }

  /** Of all jobs on all nodes. */
  NodeTally total() {
    return all;
  }

  /** Number of nodes. */
  int nodes() {
    return nodes.size();
  }

  /**
   * A line with its figures in colours: what went wrong, and what went well.
   *
   * @param well gives a text the colour of success
   * @param wrong likewise of failure
   */
  public static String coloured(
      String line, UnaryOperator<String> well, UnaryOperator<String> wrong) {
    return FIGURE
        .matcher(line)
        .replaceAll(
            figure ->
                Matcher.quoteReplacement(
                    (figure.group().startsWith(Kind.OK.word() + "=") ? well : wrong)
                        .apply(figure.group())));
  }

  private void add(Run.Progress job) {
    NodeTally tally = new NodeTally();
    for (String node : job.targets()) {
      NodeTally one = tally(job, node);
      nodes.computeIfAbsent(node, name -> new NodeTally()).add(one);
      tally.add(one);
    }
    if (job.targets().isEmpty() && job.summary() != null) {
      addCounts(job.summary().counts(), tally);
    }
    all.add(tally);
  }

  private static NodeTally tally(Run.Progress job, String node) {
    NodeTally tally = new NodeTally();
    tally.add(kind(job, node), 1);
    boolean really = !job.job().isDryRun();
    tally.add(Kind.CHANGED, really && job.changed().contains(node) ? 1 : 0);
    tally.add(Kind.RETRIED, job.retried().contains(node) ? 1 : 0);
    tally.add(Kind.CUT, job.cut().contains(node) ? 1 : 0);
    return tally;
  }

  private static Kind kind(Run.Progress job, String node) {
    NodeOutcome answer = job.answers().get(node);
    if (answer != null) {
      return job.job().isDryRun() ? Kind.foreseen(answer) : Kind.of(answer);
    }
    if (!job.ended()) {
      return job.notBegun().contains(node) ? Kind.NOT_BEGUN : Kind.UNFINISHED;
    }
    return job.skipped().contains(node) ? Kind.SKIPPED : Kind.OK;
  }

  /** A server of an older version does not name the nodes. */
  private static void addCounts(JobCounts counts, NodeTally tally) {
    tally.add(Kind.OK, counts.done());
    tally.add(Kind.SKIPPED, counts.skipped());
    tally.add(Kind.FAILED, counts.broken());
    tally.add(Kind.LOST, counts.lost());
    tally.add(Kind.NOT_RUN, counts.omitted());
    tally.add(Kind.UNFINISHED, counts.open());
  }

  private List<String> lines(Duration time, int columns) {
    List<String> lines = new ArrayList<>(table(rows(), columns));
    if (run.anyResultsLost()) {
      lines.add("results are missing from the server's store: --list-jobs says of which jobs");
    }
    Set<String> leftOut = run.leftOut();
    if (!leftOut.isEmpty()) {
      lines.add("left out, since expired: " + FailureText.names(leftOut));
    }
    if (!run.forgotten().isEmpty()) {
      lines.add(NodeNotices.forgotten(run.forgotten()));
    }
    if (!run.omitted().isEmpty()) {
      lines.add(NodeNotices.omitted(run.omitted()));
    }
    if (!run.undelivered().isEmpty()) {
      lines.add("not delivered, since they are not files: " + FailureText.names(run.undelivered()));
    }
    String size = Counted.of(nodes.size(), "node") + ", " + Counted.of(run.jobs().size(), "job");
    List<String> cells = cells(all, kinds(List.of(all)));
    String figures = String.join("  ", cells);
    String line = size + ": " + figures + "  in " + Elapsed.text(time);
    if (line.length() <= columns) {
      lines.add(line);
    } else {
      lines.add(size + ", in " + Elapsed.text(time) + ":");
      lines.addAll(folded(cells, columns));
    }
    return lines;
  }

  private static List<String> folded(List<String> cells, int columns) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String cell : cells) {
      if (line.length() > 0 && line.length() + 2 + cell.length() > columns) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append("  ").append(cell);
    }
    lines.add(line.toString());
    return lines;
  }

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    if (nodes.size() <= MAX_ROWS) {
      nodes.forEach((name, tally) -> rows.add(new Row(name, tally)));
      return rows;
    }
    Map<NodeTally, Set<String>> groups = new LinkedHashMap<>();
    nodes.forEach(
        (name, tally) -> groups.computeIfAbsent(tally, same -> new TreeSet<>()).add(name));
    List<Map.Entry<NodeTally, Set<String>>> sorted = new ArrayList<>(groups.entrySet());
    // Failures stand last, where they are seen, and are never the rows that are merged.
    sorted.sort(
        Comparator.<Map.Entry<NodeTally, Set<String>>, Boolean>comparing(
                group -> group.getKey().isTrouble())
            .thenComparing(group -> -group.getValue().size()));
    int hidden = Math.max(0, sorted.size() - MAX_ROWS);
    if (hidden > 0) {
      NodeTally rest = new NodeTally();
      Set<String> names = new TreeSet<>();
      for (var group : sorted.subList(0, hidden + 1)) {
        group.getValue().forEach(name -> rest.add(nodes.get(name)));
        names.addAll(group.getValue());
      }
      rows.add(new Row(names.size() + " other nodes, in all", rest));
      hidden++;
    }
    for (var group : sorted.subList(hidden, sorted.size())) {
      rows.add(new Row(label(group.getValue(), group.getKey()), group.getKey()));
    }
    return rows;
  }

  private static String label(Set<String> names, NodeTally tally) {
    if (!tally.isTrouble() && names.size() > 1) {
      return names.size() + " nodes, each";
    }
    return FailureText.names(names) + (names.size() > 1 ? ", each" : "");
  }

  private List<Kind> kinds(List<NodeTally> tallies) {
    return Arrays.stream(Kind.values())
        .filter(
            kind ->
                isAlwaysShown(kind) || tallies.stream().anyMatch(tally -> tally.count(kind) > 0))
        .toList();
  }

  private boolean isAlwaysShown(Kind kind) {
    return run.isDryRun()
        ? kind.isForeseen()
        : kind == Kind.OK || kind == Kind.FAILED || kind == Kind.CHANGED && run.knowsChanges();
  }

  private static List<String> cells(NodeTally tally, List<Kind> kinds) {
    return kinds.stream().map(kind -> kind.word() + "=" + tally.count(kind)).toList();
  }

  private List<String> table(List<Row> rows, int columns) {
    List<Kind> kinds = kinds(rows.stream().map(Row::tally).toList());
    List<List<String>> cells = rows.stream().map(row -> cells(row.tally(), kinds)).toList();
    int[] widths = new int[kinds.size()];
    for (List<String> row : cells) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    int label = rows.stream().mapToInt(row -> Display.width(row.label())).max().orElse(0);
    int room = columns - Arrays.stream(widths).map(width -> width + 2).sum();
    if (room < Math.min(label, MIN_LABEL)) {
      return rows.stream().map(row -> line(row, columns)).toList();
    }
    int shown = Math.min(label, room);
    List<String> lines = new ArrayList<>();
    for (int r = 0; r < rows.size(); r++) {
      StringBuilder line =
          new StringBuilder(Display.padded(Display.cut(rows.get(r).label(), shown), shown));
      for (int i = 0; i < widths.length; i++) {
        line.append("  ").append(Display.padded(cells.get(r).get(i), widths[i]));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** The row without columns, for a terminal too narrow for the table. */
  private String line(Row row, int columns) {
    String figures = "  " + String.join("  ", cells(row.tally(), kinds(List.of(row.tally()))));
    return Display.cut(row.label(), Math.max(MIN_LABEL, columns - figures.length())) + figures;
  }
}
