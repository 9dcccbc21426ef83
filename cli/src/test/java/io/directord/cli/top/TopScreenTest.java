package io.directord.cli.top;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.output.Display;
import io.directord.common.api.Bodies;
import io.directord.common.api.JobCounts;
import io.directord.common.api.JobOrigin;
import io.directord.common.api.JobProgress;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTimes;
import io.directord.common.api.JobTitle;
import io.directord.common.api.NodeClient;
import io.directord.common.api.NodePresence;
import io.directord.common.api.NodeTraits;
import io.directord.common.api.NodeView;
import io.directord.common.api.ServerStatus;
import io.directord.common.job.Parent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The screen and its keys, without a terminal. */
class TopScreenTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

  private final List<String> done = new ArrayList<>();
  private final TopModel model = new TopModel(new TopFilter(Listed.JOBS, null, ""), new Recorded());

  /** Notes what keys ask for. */
  private final class Recorded implements TopModel.Actions {
    @Override
    public void read() {
      done.add("read");
    }

    @Override
    public void cancel(JobSummary job) {
      done.add("cancel " + job.title().line());
    }

    @Override
    public void why(JobSummary job) {
      done.add("why " + job.title().line());
    }

    @Override
    public void tail(JobSummary job) {
      done.add("tail " + job.title().line());
    }

    @Override
    public void closed() {
      done.add("closed");
    }
  }

  @ParameterizedTest
  @CsvSource({"80,24", "200,50", "40,10", "20,3"})
  void everyScreenIsFilledAndNoLineIsWiderThanIt(int columns, int rows) {
    show(jobs(100));
    for (String keys : List.of("", "?", "q", "/", "\n", "\t")) {
      press(keys);
      List<String> lines = screen(columns, rows).lines();
      assertEquals(rows, lines.size());
      lines.forEach(line -> assertTrue(Display.width(line) <= columns, line));
    }
  }

  @Test
  void theHeaderSaysHowTheServerStands() {
    show(jobs(1));

    String screen = String.join("\n", screen(80, 24).lines());

    assertTrue(screen.contains("Nodes    12: 9 active, 2 away, 1 expired; 4 refused"), screen);
    assertTrue(
        screen.contains("Jobs     7 not ended; waiting 30, sent 20; runs paused 1, held 2"),
        screen);
    assertTrue(
        screen.contains("Results  41 per second; memory 10 MiB of 20 MiB, process 30 MiB"), screen);
    assertTrue(screen.contains("Warning  the disk is full"), screen);
    assertTrue(screen.matches("(?s).*\n> 00000000  1m +ann +RUN echo 0 .*"), screen);
  }

  @Test
  void controlCharactersOfNodesAndJobsAreShownAndNotObeyed() {
    String bad = "\u001b]0;title\u0007\u001b[2Jx\r\ny";
    show(new Bodies.Jobs(List.of(job(1, bad, 0)), 0));
    assertHarmless();
    press("\t");
    show(new Bodies.Nodes(List.of(node("n", bad)), List.of(), List.of(bad)));
    assertHarmless();
    press("\n");
    assertHarmless();
    model.trouble(bad);
    model.message(bad);
    assertHarmless();
  }

  private void assertHarmless() {
    for (String line : screen(80, 24).lines()) {
      assertTrue(line.chars().noneMatch(Character::isISOControl), line);
    }
  }

  @Test
  void aChosenJobStaysChosenWhenOthersComeAndGo() {
    show(jobs(5));
    press("jjj");
    assertTrue(chosen().contains("echo 3"), chosen());
    List<JobSummary> fewer = new ArrayList<>(jobs(5).jobs());
    fewer.remove(1);
    show(new Bodies.Jobs(fewer, 0));
    assertTrue(chosen().contains("echo 3"), chosen());
  }

  @Test
  void aJobIsCancelledOnlyAfterAYes() {
    show(jobs(2));
    press("jc");
    assertTrue(lastLine().startsWith("Cancel 00000001 RUN echo 1? [y/N]"), lastLine());
    press("n");
    assertEquals(List.of(), done);
    press("cy");
    assertEquals(List.of("cancel RUN echo 1"), done);
  }

  @Test
  void anAnswerThatComesLateTakesThePlaceOfNothing() {
    show(jobs(1));
    model.show(new TextPane("Output", List.of("goes on"), true));
    model.answer(new TextPane("Why", List.of("it waits"), false));
    assertEquals("Output", model.pane().title());
    press("q/x");
    model.answer(new TextPane("Why", List.of("it waits"), false));
    assertNull(model.pane());
    press("\u001b");
    model.answer(new TextPane("Why", List.of("it waits"), false));
    assertEquals("Why", model.pane().title());
  }

  @Test
  void aTextFiltersJobsAndATargetNodes() {
    show(jobs(30));
    press("/ECHO 2\n");
    assertEquals(11, model.jobs().size());
    press("\u001b");
    assertEquals(30, model.jobs().size());
    press("\t/web-*\n");
    assertEquals("web-*", model.wanted().target());
    // The server filters too: it may have more than were read.
    assertEquals(List.of("read", "read", "read", "read"), done);
  }

  @Test
  void nodesAreReadAPageAtATime() {
    press("\t");
    screen(80, 24);
    int rows = model.wanted().limit();
    show(new Bodies.Nodes(nodes(rows), List.of(), List.of(), 10_000 - rows));
    done.clear();
    press("G");
    assertEquals(List.of("read"), done);
    assertEquals((10_000 - 1) / rows * rows, model.wanted().offset());
    press("g");
    assertEquals(0, model.wanted().offset());
  }

  @Test
  void anAnswerToWhatIsNotWantedAnyMoreIsNotShown() {
    Wanted before = model.wanted();
    press("\t");
    model.read(snapshot(jobs(3), null), before);
    assertNull(model.reading());
    assertTrue(model.jobs().isEmpty());
  }

  @Test
  void aListThatWasReadStaysUntilItIsReadAgain() {
    show(jobs(3));
    press("\t");
    show(new Bodies.Nodes(nodes(2), List.of(), List.of()));
    press("\tjw");
    assertEquals("why RUN echo 1", done.get(done.size() - 1));
  }

  @Test
  void jobsThatAreNotReadAreCounted() {
    show(new Bodies.Jobs(jobs(3).jobs(), 700));
    assertTrue(
        screen(80, 24).lines().stream()
            .anyMatch(line -> line.contains("700 others are not read; by age")),
        () -> screen(80, 24).lines().toString());
  }

  @Test
  void aTailShowsItsEndUntilSomebodyScrolls() {
    TextPane pane = new TextPane("t", List.of(), true);
    pane.replace(IntStream.range(0, 50).mapToObj(i -> "line " + i).toList(), 5);
    assertEquals("line 49", pane.shown(10, 80).get(9));
    assertEquals("t (5 earlier lines left out)", pane.title());
    pane.scroll(-3);
    assertEquals("line 46", pane.shown(10, 80).get(9));
    pane.replace(IntStream.range(0, 60).mapToObj(i -> "line " + i).toList(), 5);
    assertEquals("line 46", pane.shown(10, 80).get(9));
    pane.scroll(Integer.MAX_VALUE);
    assertEquals("line 59", pane.shown(10, 80).get(9));
  }

  @Test
  void textIsLeftWithEscapeAndTheProgramWithQ() {
    show(jobs(1));
    press("?");
    assertNotNull(model.pane());
    press("q");
    assertNull(model.pane());
    assertFalse(model.isDone());
    press("q");
    assertTrue(model.isDone());
  }

  @ParameterizedTest
  @CsvSource({
    "[A, UP",
    "OB, DOWN",
    "[5~, PAGE_UP",
    "[6~, PAGE_DOWN",
    "[H, HOME",
    "[F, END",
    "[1~, HOME",
    "OF, END",
    "'', ESCAPE"
  })
  void sequencesAreKeys(String rest, KeyPress.Kind kind) {
    assertEquals(kind, TopTerminal.key("\u001b" + rest).kind());
  }

  @Test
  void plainCharactersAreKeysToo() {
    assertEquals(KeyPress.of('q'), TopTerminal.key("q"));
    assertEquals(KeyPress.of('ä'), TopTerminal.key("ä"));
    assertEquals(KeyPress.of("😀".codePointAt(0)), TopTerminal.key("😀"));
    assertEquals(KeyPress.Kind.ENTER, TopTerminal.key("\r").kind());
    assertEquals(KeyPress.Kind.TAB, TopTerminal.key("\t").kind());
    assertEquals(KeyPress.Kind.BACKSPACE, TopTerminal.key("\u007f").kind());
  }

  @Test
  void metricsAreReadByNameAndLabel() {
    MetricsText text =
        new MetricsText(
            """
            # HELP directord_nodes Enrolled nodes
            directord_nodes{state="active"} 3.0
            directord_results_total{outcome="failed",reason="a b"} 2.0
            directord_results_total{outcome="succeeded"} 1.5E3
            directord_results_total_other 9
            nonsense
            """);
    assertEquals(3, text.value("directord_nodes", "state", "active"));
    assertEquals(1502, text.sum("directord_results_total"));
    assertEquals(0, text.sum("none"));
  }

  private void press(String keys) {
    keys.codePoints()
        .forEach(
            key ->
                model.key(
                    switch (key) {
                      case '\n' -> KeyPress.of(KeyPress.Kind.ENTER);
                      case '\t' -> KeyPress.of(KeyPress.Kind.TAB);
                      case '\u001b' -> KeyPress.of(KeyPress.Kind.ESCAPE);
                      default -> KeyPress.of(key);
                    }));
  }

  private TopScreen screen(int columns, int rows) {
    return TopScreen.of(model, columns, rows, (colour, text) -> text);
  }

  private String chosen() {
    TopScreen screen = screen(80, 24);
    return screen.lines().get(screen.chosen());
  }

  private String lastLine() {
    List<String> lines = screen(80, 24).lines();
    return lines.get(lines.size() - 1);
  }

  private void show(Bodies.Jobs jobs) {
    model.read(snapshot(jobs, null), model.wanted());
  }

  private void show(Bodies.Nodes nodes) {
    model.read(snapshot(null, nodes), model.wanted());
  }

  private static TopReading snapshot(Bodies.Jobs jobs, Bodies.Nodes nodes) {
    return new TopReading(
        NOW,
        new ServerStatus("1.0", NOW, Duration.ofHours(3), 12, 9, List.of("the disk is full"), null),
        new ServerLoad(
            new ServerLoad.Nodes(9, 2, 1),
            new ServerLoad.Work(7, 30, 20, 1, 2),
            new ServerLoad.Memory(10 << 20, 20 << 20, 30 << 20),
            100,
            4),
        41.2,
        jobs,
        nodes);
  }

  private static Bodies.Jobs jobs(int count) {
    return new Bodies.Jobs(
        IntStream.range(0, count).mapToObj(i -> job(i, "echo " + i, i)).toList(), 0);
  }

  private static JobSummary job(int number, String words, int younger) {
    UUID id = new UUID((long) number << 32, 0);
    return new JobSummary(
        id,
        new Parent(id, "print", null, false),
        new JobTitle("print", "RUN", null, words, 0),
        new JobOrigin("ann", NOW.minusSeconds(60).plusMillis(younger), 0, false),
        new JobProgress(true, null, 0, 0, null),
        JobCounts.of(3),
        new JobTimes(Duration.ZERO, Duration.ZERO, null));
  }

  private static List<NodeView> nodes(int count) {
    return IntStream.range(0, count).mapToObj(i -> node("node-" + i, "")).toList();
  }

  private static NodeView node(String name, String remark) {
    return new NodeView(
        name,
        new NodePresence(NodeView.State.AWAY, NOW, Duration.ofSeconds(9)),
        new NodeClient("1.0", Duration.ofHours(1), Duration.ofHours(1), "m", "zeromq"),
        3,
        remark,
        NodeTraits.NONE);
  }
}
