package io.directord.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.JobTitle;
import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.orchestration.InvalidOrchestrationException;
import io.directord.common.orchestration.Orchestration;
import io.directord.common.orchestration.OrchestrationFile;
import io.directord.common.orchestration.Plan;
import io.directord.common.orchestration.Plan.PlannedJob;
import io.directord.common.orchestration.PlanOptions;
import io.directord.common.orchestration.Planner;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlannerTest {
  private static final String ORIGINAL =
      """
      - name: First parent
        jobs:
        - RUN: echo one
          name: say one
        - RUN: echo a rather long command line that will be truncated
        - ARG: key value
      - jobs:
        - RUN: echo two
        - RUN: ls /nonexist
        - RUN: echo after the failure
      """;

  @TempDir Path directory;

  /** The original's table of fingerprints, as recorded. */
  @Test
  void fingerprintsAreTheOriginals() throws Exception {
    StringBuilder table = new StringBuilder();
    for (PlannedJob planned : plan(ORIGINAL, PlanOptions.DEFAULT).planned()) {
      Job job = planned.job();
      table.append(
          String.join("|", job.parent().title(), job.verb(), planned.excerpt(), job.title()));
      table.append('\n');
    }
    assertEquals(
        """
        First parent|RUN|echo one|say one
        First parent|RUN|echo a rather long command ...|\
        6e7a0598fce1b67ca266cf88cbf7f7612b7d6cec28cd1ec64b562c63
        First parent|ARG|key value|a5d63364114e96a96e5be4261f31a9bc0a45ecd2d5edba11336dd896
        0d94bb0fdb7ae250936cfd89b42bf1e48bf5b56b1ca6fffe7cc1e2d8|RUN|echo two|\
        9efda7d4174dd70e1f80be4d29f3bba099fe6a174a74af7cd21fd451
        0d94bb0fdb7ae250936cfd89b42bf1e48bf5b56b1ca6fffe7cc1e2d8|RUN|ls /nonexist|\
        f9c56c5e6c8d1dcd3931580b37833a23f9f06876de7da46f1a8c92c9
        0d94bb0fdb7ae250936cfd89b42bf1e48bf5b56b1ca6fffe7cc1e2d8|RUN|echo after the failure|\
        2704041b9b9e4c783ce088ef17b895286053130fe9e53840e694d0be
        """,
        table.toString());
  }

  @Test
  void jobsOfAnEntryShareAParentAndHaveIdsOfTheirOwn() throws Exception {
    List<Job> jobs = plan(ORIGINAL, PlanOptions.DEFAULT).jobs();
    assertEquals(6, jobs.stream().map(Job::id).distinct().count());
    assertEquals(jobs.get(0).parent(), jobs.get(2).parent());
    assertNotEquals(jobs.get(0).parent().id(), jobs.get(3).parent().id());
    assertNotEquals(
        jobs.get(0).parent().id(), plan(ORIGINAL, PlanOptions.DEFAULT).jobs().get(0).parent().id());
  }

  @Test
  void theCommandFollowsTheNamesOfJobsThatItIsToFollow() throws Exception {
    Job job =
        plan(
                """
                - jobs:
                  - RUN: echo one
                    name: conf
                  - RUN: echo two
                    name: unit
                  - RUN: --when-changed conf --when-changed unit echo restarted >> x
                """,
                PlanOptions.DEFAULT)
            .jobs()
            .get(2);
    assertEquals(List.of("conf", "unit"), job.links().whenChanged());
    assertEquals("echo restarted >> x", JobTitle.of(job).text());
  }

  @Test
  void anExecIsItsOwnParent() throws Exception {
    Plan plan = planner().plan(Orchestration.ofOne("RUN", "echo two"), PlanOptions.DEFAULT);
    Job job = plan.jobs().get(0);
    assertEquals(job.id(), job.parent().id());
    assertNull(job.parent().fingerprint());
    assertEquals("9efda7d4174dd70e1f80be4d29f3bba099fe6a174a74af7cd21fd451", job.fingerprint());
    assertEquals(List.of(), job.targets());
    assertEquals(job, JobJson.read(JobJson.write(job)));
  }

  @Test
  void commonOptionsArriveInTheJob() throws Exception {
    String text =
        "--skip-cache --run-once --timeout 2 --force-lock --stdout-arg o --stderr-arg=e echo";
    Job job = planner().plan(Orchestration.ofOne("run", text), PlanOptions.DEFAULT).jobs().get(0);
    assertEquals("RUN", job.verb());
    assertTrue(job.skipCache() && job.runOnce() && job.options().forceLock());
    assertEquals(Duration.ofSeconds(2), job.timeout());
    assertEquals("o", job.stdoutArg());
    assertEquals("e", job.stderrArg());
    assertEquals(job, JobJson.read(JobJson.write(job)));
  }

  @Test
  void targetsOfTheCommandLineWinOverTheJobsOverTheEntrys() throws Exception {
    String text =
        """
        - targets: [a]
          jobs:
          - RUN: x
          - RUN: x
            assign: [b]
        - jobs: [RUN: x]
        """;
    assertEquals(
        List.of(List.of("a"), List.of("b"), List.of()), targets(text, PlanOptions.DEFAULT));
    PlanOptions options = new PlanOptions(List.of("c", "d", "c"), Set.of(), false, false, false);
    List<String> given = List.of("c", "d");
    assertEquals(List.of(given, given, given), targets(text, options));
  }

  @Test
  void theWholeRunCanIgnoreTheCacheBeAsyncAndStream() throws Exception {
    PlanOptions options = new PlanOptions(List.of(), Set.of(), true, true, true);
    for (Job job : plan(ORIGINAL, options).jobs()) {
      assertTrue(job.skipCache() && job.parent().async() && job.stream());
    }
    for (Job job : plan(ORIGINAL, PlanOptions.DEFAULT).jobs()) {
      assertFalse(job.skipCache() || job.parent().async() || job.stream());
    }
  }

  @Test
  void restrictKeepsOnlyTheNamedJobs() throws Exception {
    String two = "9efda7d4174dd70e1f80be4d29f3bba099fe6a174a74af7cd21fd451";
    PlanOptions options = new PlanOptions(List.of(), Set.of(two), false, false, false);
    assertEquals(
        List.of(two), plan(ORIGINAL, options).jobs().stream().map(Job::fingerprint).toList());
    PlanOptions wrong = new PlanOptions(List.of(), Set.of(two, "abc"), false, false, false);
    InvalidOrchestrationException e =
        assertThrows(InvalidOrchestrationException.class, () -> plan(ORIGINAL, wrong));
    assertEquals("no job here has the fingerprint abc", e.getMessage());
  }

  @Test
  void contentsAreFoundBesideTheOrchestrationToo() throws Exception {
    Path file = Files.writeString(directory.resolve("app.conf"), "x");
    Plan plan = plan("- jobs: [COPY: app.conf /etc/app/]", PlanOptions.DEFAULT);
    SourceFile source = SourceFile.in(plan.jobs().get(0)).get(0);
    assertEquals("/etc/app/app.conf", source.to());
    assertEquals(Map.of(source.sha256(), file), plan.contents());
  }

  @Test
  void changedContentIsOtherWork() throws Exception {
    String text = "- jobs: [COPY: app.conf /etc/app/]";
    Files.writeString(directory.resolve("app.conf"), "x");
    String before = plan(text, PlanOptions.DEFAULT).jobs().get(0).fingerprint();
    Files.writeString(directory.resolve("app.conf"), "y");
    assertNotEquals(before, plan(text, PlanOptions.DEFAULT).jobs().get(0).fingerprint());
  }

  @Test
  void errorsOfReadingAndOfVerbsAreReportedTogetherInOrder() throws Exception {
    InvalidOrchestrationException e =
        assertThrows(
            InvalidOrchestrationException.class,
            () ->
                plan(
                    """
                    - jobs:
                      - RNU: x
                      - RUN: --retyr 2 x
                        vars: {tiemout: 5}
                      - ECHO: [a]
                      - COPY: none.conf /etc/
                      - RUN: --exec-help
                    - job: []
                    """,
                    PlanOptions.DEFAULT));
    List<String> places = e.errors().stream().map(PlannerTest::lineAndColumn).toList();
    assertEquals(List.of("2:5", "3:5", "4:12", "5:11", "6:5", "7:5", "8:3", "8:3"), places);
    String all = e.getMessage();
    assertTrue(all.contains("unknown verb RNU (did you mean RUN?); the verbs are ADD"), all);
    assertTrue(all.contains("--retyr (did you mean --retry?)"), all);
    assertTrue(all.contains("tiemout (did you mean timeout?)"), all);
    assertTrue(all.contains("there is no file none.conf in"), all);
    assertTrue(all.contains("--exec-help runs nothing"), all);
    assertEquals(8, all.lines().count());
    assertTrue(all.lines().allMatch(line -> line.startsWith(directory.toString())), all);
  }

  @Test
  void anErrorInVarsIsPlacedAtItsOwnKey() throws Exception {
    InvalidOrchestrationException e =
        assertThrows(
            InvalidOrchestrationException.class,
            () ->
                plan(
                    """
                    - jobs:
                      - RUN: --retry often true
                        vars:
                          skip_cache: true
                          timeout: soon
                          stdout_arg: [a, b]
                      - {vars: {skip-cache: yes, run_once: maybe}, RUN: "true"}
                    """,
                    PlanOptions.DEFAULT));
    List<String> places = e.errors().stream().map(PlannerTest::lineAndColumn).toList();
    assertEquals(List.of("2:5", "5:7", "6:7", "7:13", "7:30"), places, e.getMessage());
  }

  @Test
  void anErrorOfAnExecHasNoPlace() {
    Orchestration exec = Orchestration.ofOne("RUN", "--timeout abc echo hi");
    InvalidOrchestrationException e =
        assertThrows(
            InvalidOrchestrationException.class, () -> planner().plan(exec, PlanOptions.DEFAULT));
    assertEquals(
        "RUN: --timeout: seconds above 0, and at most 1000000000, are expected, not 'abc'",
        e.getMessage());
  }

  @Test
  void helpIsForWhoAsks() {
    Optional<String> help = planner().help(Orchestration.ofOne("COPY", "--exec-help"));
    // Wherever the line ends.
    String words = help.orElseThrow().replaceAll("\\s+", " ");
    assertTrue(words.contains("SOURCE DEST"), help.orElseThrow());
    assertEquals(Optional.empty(), planner().help(Orchestration.ofOne("RUN", "true")));
    assertEquals(Optional.empty(), planner().help(Orchestration.ofOne("NOPE", "--exec-help")));
  }

  @Test
  void anyTextIsPlannedOrRefused() throws Exception {
    String[] parts = {
      "--",
      "--skip-cache",
      "--timeout",
      "=",
      "5",
      "'",
      "\"",
      "\\",
      "{{",
      "}}",
      " ",
      "\n",
      "/a",
      "--chmod",
      "0644",
      "--chown=",
      ":",
      "*",
      "[",
      "]",
      "..",
      "\0",
      "key",
      "é",
      "--retry"
    };
    Random random = new Random(1);
    List<String> verbs = List.copyOf(Components.builtin().verbs());
    Planner planner = planner();
    for (int i = 0; i < 5000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(8); n > 0; n--) {
        text.append(parts[random.nextInt(parts.length)]).append(random.nextBoolean() ? " " : "");
      }
      String verb = verbs.get(i % verbs.size());
      try {
        planner.plan(Orchestration.ofOne(verb, text.toString()), PlanOptions.DEFAULT);
      } catch (InvalidOrchestrationException e) {
        assertFalse(e.getMessage().isBlank());
      }
    }
  }

  @Test
  void anExcerptIsOneLine() throws Exception {
    Plan plan = plan("- jobs:\n  - RUN: |\n      a\n      b\n", PlanOptions.DEFAULT);
    assertEquals("a b", plan.planned().get(0).excerpt());
  }

  @Test
  void aServerCanBeAskedAboutTheTargetsOfJobsWithErrorsToo() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("a.yaml"),
            """
            - targets: [a]
              jobs:
              - RUN: --retry many x
              - RUN: y
              - NONE: z
                assign: [b, c]
            - jobs:
              - COPY: missing /tmp/x
            """);
    Planner.Attempt attempt =
        planner().attempt(OrchestrationFile.read(List.of(file)), PlanOptions.DEFAULT);

    assertEquals(1, attempt.plan().jobs().size());
    assertEquals(3, attempt.errors().size());
    assertEquals(
        List.of("3 [a]", "4 [a]", "5 [b, c]", "8 []"),
        attempt.askable().stream()
            .map(planned -> ((Place.InFile) planned.place()).line() + " " + planned.job().targets())
            .toList());
  }

  @Test
  void namesThatNoTemplateCanWriteAreTold() throws Exception {
    Plan plan =
        plan(
            """
            - jobs:
              - ARG: good_name 1
              - ARG: bad-name 1
              - RUN: --stdout-arg 'a b' true
              - ARG: "{{ any }} 1"
              - RUN: --stdout-arg not true
            """,
            PlanOptions.DEFAULT);
    assertEquals(
        List.of("3:5 'bad-name'", "4:5 'a b'", "6:5 'not'"),
        plan.notes().stream()
            .map(
                note ->
                    lineAndColumn(note)
                        + " "
                        + note.message().replaceAll(".*argument (\\S.*'):.*", "$1"))
            .toList());
  }

  @Test
  void whatASourceMatchesAndCannotBeDeliveredTravelsWithItsJob() throws Exception {
    Files.createDirectories(directory.resolve("tree/sub"));
    Files.writeString(directory.resolve("tree/file"), "x");
    Plan plan =
        plan(
            "- jobs: [ARG: bad-name 1, COPY: '" + directory + "/tree/* /tmp/x/']",
            PlanOptions.DEFAULT);
    assertEquals(3, plan.notes().size(), plan.notes()::toString);
    assertEquals(
        List.of(0, 1), plan.jobs().stream().map(job -> JobTitle.of(job).undelivered()).toList());
    assertEquals(
        "[\"" + directory + "/tree/sub\"]",
        plan.jobs().get(1).arguments().get("undelivered").toString());
  }

  @Test
  void excerptsShowNoPasswords() throws Exception {
    Plan plan =
        plan("- jobs: [WAIT: '--url http://me:secret@host.example/health']", PlanOptions.DEFAULT);
    assertEquals("--url http://me:***@host.ex...", plan.planned().get(0).excerpt());
  }

  @Test
  void anErrorThatAliasesRepeatIsToldOnce() {
    InvalidOrchestrationException e =
        assertThrows(
            InvalidOrchestrationException.class,
            () ->
                plan(
                    "- &a {jobs: [{RUNN: x}, {RUN: x, async: true}], asinc: true}\n- *a\n",
                    PlanOptions.DEFAULT));
    assertEquals(
        List.of("1:15", "1:34", "1:49"),
        e.errors().stream().map(PlannerTest::lineAndColumn).toList(),
        e.errors().toString());
  }

  private List<List<String>> targets(String text, PlanOptions options) throws Exception {
    return plan(text, options).jobs().stream().map(Job::targets).toList();
  }

  private Plan plan(String text, PlanOptions options) throws Exception {
    Path file = Files.writeString(directory.resolve("a.yaml"), text);
    return planner().plan(OrchestrationFile.read(List.of(file)), options);
  }

  private Planner planner() {
    return new Planner(Components.builtin(), directory.resolve("elsewhere"));
  }

  private static String lineAndColumn(ValidationError error) {
    Place.InFile place = (Place.InFile) error.place();
    return place.line() + ":" + place.column();
  }
}
