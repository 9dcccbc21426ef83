package io.directord.cli.follow;

import io.directord.cli.console.Colour;
import io.directord.cli.output.Display;
import io.directord.common.api.Event;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Outcome;
import io.directord.common.security.Digests;
import io.directord.common.target.FoldedNames;
import io.directord.common.validation.Counted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiFunction;

/**
 * The results of a run, with nodes that printed the same under one heading, such as {@code
 * web-[01:98] (98 nodes): ok}. Of each group the text of one node is kept as long as there is room
 * for all; otherwise its size is told.
 */
public final class FoldedOutput implements RunDisplay {
  /** Characters of all texts that are kept. */
  private static final long MAX_KEPT = 16L << 20;

  private static final String INDENT = "    ";

  private final Show show;
  private final BiFunction<Colour, String, String> coloured;
  private final Map<UUID, Map<String, Group>> jobs = new LinkedHashMap<>();
  private final Map<Place, Group> groupOf = new HashMap<>();
  private long kept;

  /** A job on a node. */
  private record Place(UUID job, String node) {}

  /** Nodes with the same result; the texts are null if there was no room for them. */
  private static final class Group {
    private final NodeOutcome first;
    private final String how;
    private final boolean isKept;
    private final int length;
    private final TreeSet<String> nodes = new TreeSet<>();

    Group(NodeOutcome first, String how, boolean isKept, int length) {
      this.first = first;
      this.how = how;
      this.isKept = isKept;
      this.length = length;
    }
  }

  /**
   * @param coloured gives a text a colour, where colours are wanted
   */
  public FoldedOutput(Show show, BiFunction<Colour, String, String> coloured) {
    this.show = show;
    this.coloured = coloured;
  }

  @Override
  public void on(Event event, Run run) {
    if (event instanceof Event.NodeAnswered answered) {
      NodeOutcome outcome = answered.outcome();
      Place place = new Place(answered.jobId(), outcome.node());
      Group replaced = groupOf.remove(place);
      if (replaced != null) {
        replaced.nodes.remove(outcome.node());
      }
      if (show.shows(outcome)) {
        Group group =
            jobs.computeIfAbsent(answered.jobId(), job -> new LinkedHashMap<>())
                .computeIfAbsent(
                    key(outcome, run.isDryRun()), same -> group(outcome, run.isDryRun()));
        group.nodes.add(outcome.node());
        groupOf.put(place, group);
      }
    }
  }

  private Group group(NodeOutcome outcome, boolean isDryRun) {
    int length = text(outcome.stdout()).length() + text(outcome.stderr()).length();
    boolean fits = kept + length <= MAX_KEPT;
    kept += fits ? length : 0;
    return new Group(fits ? outcome : Run.brief(outcome), how(outcome, isDryRun), fits, length);
  }

  private static String key(NodeOutcome outcome, boolean isDryRun) {
    String all =
        String.join("\0", how(outcome, isDryRun), text(outcome.stdout()), text(outcome.stderr()));
    return Digests.sha256(all.getBytes(StandardCharsets.UTF_8));
  }

  /** The lines for a run that has ended, failures last. */
  public List<String> lines(Run run, int columns) {
    List<String> lines = new ArrayList<>();
    for (Run.Progress job : run.jobs()) {
      List<Group> groups = new ArrayList<>(jobs.getOrDefault(job.job().id(), Map.of()).values());
      groups.removeIf(group -> group.nodes.isEmpty());
      groups.sort(
          Comparator.<Group>comparingInt(
                  group -> group.first.state() == NodeOutcome.State.FAILED ? 1 : 0)
              .thenComparingInt(group -> -group.nodes.size()));
      if (!groups.isEmpty() && !run.isOne()) {
        lines.add(Display.cut("== " + job.shortId() + " " + job.title(), columns));
      }
      groups.forEach(group -> add(group, lines));
    }
    return lines;
  }

  private void add(Group group, List<String> lines) {
    lines.add(
        coloured.apply(colour(group.first), FoldedNames.text(group.nodes))
            + " ("
            + Counted.of(group.nodes.size(), "node")
            + "): "
            + group.how);
    if (!group.isKept) {
      lines.add(
          INDENT
              + "[... "
              + group.length
              + " characters of output are not kept here: 'directord manage --job-info ID --node "
              + group.nodes.first()
              + "' shows them, --output-dir keeps them ...]");
    }
    if (!group.isKept) {
      return;
    }
    text(group.first.stdout()).lines().forEach(line -> lines.add(INDENT + line));
    if (!text(group.first.stderr()).isBlank()) {
      lines.add(INDENT + "-- STDERR");
      group.first.stderr().lines().forEach(line -> lines.add(INDENT + line));
    }
  }

  private static Colour colour(NodeOutcome outcome) {
    return switch (outcome.state()) {
      case FAILED -> Colour.RED;
      case SKIPPED -> Colour.YELLOW;
      case WAITING, SENT, RUNNING, SUCCEEDED -> Colour.GREEN;
    };
  }

  /** Of a dry run what a node says that it would do: that it could say so is no news. */
  private static String how(NodeOutcome outcome, boolean isDryRun) {
    String info = text(outcome.info()).strip();
    if (outcome.state() == NodeOutcome.State.SUCCEEDED) {
      return isDryRun && !info.isEmpty() ? info : "ok";
    }
    if (outcome.state() == NodeOutcome.State.SKIPPED) {
      return "skipped" + (info.isEmpty() ? "" : ": " + info);
    }
    // Without the name of the node, so that nodes with the same reason share a heading.
    String itself = "node " + outcome.node() + " ";
    String why = info.startsWith(itself) ? info.substring(itself.length()) : info;
    Outcome.Reason reason = outcome.reason();
    return reason + (why.isEmpty() ? "" : ": " + why);
  }

  private static String text(String text) {
    return text == null ? "" : text;
  }
}
