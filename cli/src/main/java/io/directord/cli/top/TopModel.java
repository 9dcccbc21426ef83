package io.directord.cli.top;

import io.directord.common.api.Bodies;
import io.directord.common.api.JobFilter;
import io.directord.common.api.JobOrder;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOrder;
import io.directord.common.api.NodeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;

/** What the screen shows and what keys do, without a terminal and without a server. One thread. */
final class TopModel {
  /** What a key may ask for; each returns at once. */
  interface Actions {
    /** Reads anew what is wanted now. */
    void read();

    void cancel(JobSummary job);

    void why(JobSummary job);

    void tail(JobSummary job);

    /** The text is not shown any more. */
    void closed();
  }

  private static final Bodies.Jobs NO_JOBS = new Bodies.Jobs(List.of(), 0);
  private static final Bodies.Nodes NO_NODES = new Bodies.Nodes(List.of(), List.of(), List.of());

  private final Actions actions;
  private Listed view;
  private JobOrder jobOrder = JobOrder.AGE;
  private NodeOrder nodeOrder = NodeOrder.STATE;
  private boolean ended;
  private String text;
  private String target;
  private int offset;
  private int rows = 1;
  private int selected;
  private UUID selectedJob;
  private TopReading reading;
  private Bodies.Jobs jobs = NO_JOBS;
  private Bodies.Nodes nodes = NO_NODES;
  private String trouble = "";
  private String message = "";
  private StringBuilder typed;
  private JobSummary asked;
  private TextPane pane;
  private boolean done;

  TopModel(TopFilter first, Actions actions) {
    this.view = first.view();
    this.target = first.target();
    this.text = first.text();
    this.actions = actions;
  }

  Wanted wanted() {
    return view == Listed.JOBS
        ? new Wanted(view, ended, new JobFilter(jobOrder, text), null, NodeOrder.NAME, 0, 1)
        : new Wanted(view, false, JobFilter.ALL, target, nodeOrder, offset, rows);
  }

  /**
   * The server has answered.
   *
   * @param to what it was asked; ignored if something else is wanted by now, which is being read
   */
  void read(TopReading now, Wanted to) {
    trouble = "";
    if (!to.equals(wanted())) {
      return;
    }
    reading = now;
    if (now.nodes() != null) {
      nodes = now.nodes();
    } else {
      jobs = now.jobs();
    }
    reselect();
  }

  /** The server does not answer, or refuses what is asked; empty if it does again. */
  void trouble(String why) {
    trouble = why;
  }

  /** Something that is told once. */
  void message(String said) {
    message = said;
  }

  void show(TextPane text) {
    pane = text;
  }

  /** Shows the answer to a key, unless the user has opened or begun something else since. */
  void answer(TextPane text) {
    if (pane == null && typed == null && asked == null) {
      pane = text;
    }
  }

  /** The list has so many rows. */
  void rows(int count) {
    if (rows != count) {
      rows = count;
      if (view == Listed.NODES) {
        actions.read();
      }
    }
  }

  void key(KeyPress key) {
    message = "";
    if (key.kind() == KeyPress.Kind.INTERRUPT) {
      done = true;
    } else if (asked != null) {
      answer(key);
    } else if (typed != null) {
      type(key);
    } else if (pane != null) {
      scroll(key);
    } else {
      command(key);
    }
  }

  private void answer(KeyPress key) {
    JobSummary job = asked;
    asked = null;
    if (key.is('y') || key.is('Y')) {
      actions.cancel(job);
    } else {
      message = "Not cancelled.";
    }
  }

  private void type(KeyPress key) {
    switch (key.kind()) {
      case CHARACTER -> typed.appendCodePoint(key.character());
      case BACKSPACE ->
          typed.setLength(typed.isEmpty() ? 0 : typed.offsetByCodePoints(typed.length(), -1));
      case ESCAPE -> typed = null;
      case ENTER -> {
        filter(typed.toString().strip());
        typed = null;
      }
      default -> {}
    }
  }

  private void filter(String by) {
    selected = 0;
    selectedJob = null;
    if (view == Listed.NODES) {
      target = by.isEmpty() ? null : by;
      offset = 0;
      actions.read();
    } else {
      text = by;
      actions.read();
    }
  }

  private void scroll(KeyPress key) {
    int by = distance(key);
    if (by != 0) {
      pane.scroll(by);
    } else if (key.kind() == KeyPress.Kind.ENTER) {
      pane.scroll(1);
    } else if (key.is(' ')) {
      pane.scroll(rows);
    } else if (key.kind() == KeyPress.Kind.ESCAPE || key.is('q')) {
      close();
    }
  }

  /** How many lines a key goes down in a list or a text; 0 for a key that does something else. */
  private int distance(KeyPress key) {
    return switch (key.kind()) {
      case UP -> -1;
      case DOWN -> 1;
      case PAGE_UP -> -rows;
      case PAGE_DOWN -> rows;
      case HOME -> -Integer.MAX_VALUE;
      case END -> Integer.MAX_VALUE;
      case CHARACTER ->
          switch (key.character()) {
            case 'k' -> -1;
            case 'j' -> 1;
            case 'g' -> -Integer.MAX_VALUE;
            case 'G' -> Integer.MAX_VALUE;
            default -> 0;
          };
      default -> 0;
    };
  }

  private void close() {
    pane = null;
    actions.closed();
  }

  private void command(KeyPress key) {
    int by = distance(key);
    if (by != 0) {
      move(by);
      return;
    }
    switch (key.kind()) {
      case TAB -> turn(view.other());
      case ESCAPE -> filter("");
      case ENTER -> open();
      case CHARACTER -> letter(key.character());
      default -> {}
    }
  }

  private void letter(int letter) {
    switch (letter) {
      case 'q' -> done = true;
      case '1' -> turn(Listed.JOBS);
      case '2' -> turn(Listed.NODES);
      case '/' -> typed = new StringBuilder(filter());
      case 's' -> sort();
      case 'a' -> all();
      case 'c' -> cancel();
      case 't' -> onJob(actions::tail);
      case 'w' -> onJob(actions::why);
      case '?', 'h' -> pane = new TextPane("Help", HelpText.LINES, false);
      default -> message = "Unknown key; ? for help";
    }
  }

  private void turn(Listed to) {
    if (view != to) {
      view = to;
      selected = 0;
      selectedJob = null;
      reselect();
      actions.read();
    }
  }

  private void sort() {
    selected = 0;
    selectedJob = null;
    if (view == Listed.JOBS) {
      jobOrder = JobOrder.values()[(jobOrder.ordinal() + 1) % JobOrder.values().length];
      actions.read();
    } else {
      nodeOrder = NodeOrder.values()[(nodeOrder.ordinal() + 1) % NodeOrder.values().length];
      offset = 0;
      actions.read();
    }
  }

  private void all() {
    if (view == Listed.NODES) {
      message = "a is for jobs: Tab shows them";
      return;
    }
    ended = !ended;
    actions.read();
  }

  private void cancel() {
    onJob(
        job -> {
          if (job.processing()) {
            asked = job;
          } else {
            message = "It has ended already.";
          }
        });
  }

  private void onJob(Consumer<JobSummary> action) {
    List<JobSummary> jobs = jobs();
    if (view == Listed.NODES) {
      message = "That is for jobs: Tab shows them";
    } else if (jobs.isEmpty()) {
      message = "There is no job to choose.";
    } else {
      action.accept(jobs.get(selected));
    }
  }

  private void open() {
    if (view == Listed.JOBS) {
      onJob(actions::why);
    } else if (!nodes().isEmpty()) {
      NodeView node = nodes().get(selected);
      pane = new TextPane("Node " + node.identity(), NodeText.of(node), false);
    }
  }

  /** Nodes are read a page at a time, jobs are all here. */
  private void move(int by) {
    if (view == Listed.JOBS) {
      int last = Math.max(0, jobs().size() - 1);
      selected = (int) Math.max(0, Math.min(last, (long) selected + by));
      selectedJob = jobs().isEmpty() ? null : jobs().get(selected).id();
      return;
    }
    int all = offset + nodes().size() + more();
    int wanted = (int) Math.max(0, Math.min(all - 1L, (long) offset + selected + by));
    int page = wanted / rows * rows;
    selected = Math.max(0, wanted - page);
    if (page != offset) {
      offset = page;
      actions.read();
    }
  }

  private void reselect() {
    List<?> listed = view == Listed.JOBS ? jobs() : nodes();
    if (view == Listed.JOBS && selectedJob != null) {
      List<UUID> ids = jobs().stream().map(JobSummary::id).toList();
      selected = ids.contains(selectedJob) ? ids.indexOf(selectedJob) : selected;
    }
    selected = Math.max(0, Math.min(selected, listed.size() - 1));
    if (view == Listed.JOBS && !jobs().isEmpty()) {
      selectedJob = jobs().get(selected).id();
    }
  }

  /** The jobs that pass the filter, sorted. */
  List<JobSummary> jobs() {
    List<JobSummary> found = with(text, jobs.jobs());
    found.sort(jobOrder.comparator());
    return found;
  }

  /** The jobs that have the text in their id, parent, user or title, in a list of its own. */
  static List<JobSummary> with(String text, List<JobSummary> jobs) {
    JobFilter filter = new JobFilter(JobOrder.AGE, text);
    List<JobSummary> found = new ArrayList<>(jobs);
    found.removeIf(job -> !filter.matches(job));
    return found;
  }

  /** The nodes of the page that was read last. */
  List<NodeView> nodes() {
    return nodes.nodes();
  }

  /** How many entries of the list the server has beyond those that were read. */
  int more() {
    return view == Listed.NODES ? nodes.more() : jobs.more();
  }

  /** Null before the server has answered. */
  TopReading reading() {
    return reading;
  }

  Listed view() {
    return view;
  }

  boolean ended() {
    return ended;
  }

  /** How many nodes come before those that are listed. */
  int offset() {
    return offset;
  }

  int selected() {
    return selected;
  }

  /** What the list is filtered by; empty for nothing. */
  String filter() {
    return view == Listed.JOBS ? text : Objects.toString(target, "");
  }

  /** By what the list is sorted. */
  String order() {
    return view == Listed.JOBS ? jobOrder.word() : nodeOrder.word();
  }

  /** The filter that is being typed; null if none is. */
  String typed() {
    return typed == null ? null : typed.toString();
  }

  /** The job of which it is asked whether it is to be cancelled; null if none is. */
  JobSummary asked() {
    return asked;
  }

  String trouble() {
    return trouble;
  }

  String message() {
    return message;
  }

  /** Null if the list is shown. */
  TextPane pane() {
    return pane;
  }

  boolean isDone() {
    return done;
  }
}
