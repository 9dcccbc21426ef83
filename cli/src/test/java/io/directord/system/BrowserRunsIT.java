package io.directord.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.directord.common.api.JobSummary;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Runs on the page, in a real browser. */
class BrowserRunsIT extends PageInBrowser {
  private Locator labelled(String name) {
    return page.getByLabel(name, new Page.GetByLabelOptions().setExact(true));
  }

  private void start(String target, String command) {
    go("#/start");
    page.getByLabel("Targets").fill(target);
    page.getByLabel("Arguments").fill(command);
    button("Preview").click();
    button("Start").click();
  }

  @Test
  void aRunIsStartedAndWhatNodesSayIsText() {
    page.onDialog(dialog -> errors.add("a script ran: " + dialog.message()));
    login();
    go("#/start");
    page.getByLabel("Targets").fill("web-*");
    page.getByLabel("Arguments")
        .fill(
            "printf '<script>alert(1)</script><img src=x onerror=alert(2)>"
                + "\\033]0;owned\\007\\033[31mred\\033[0m \\342\\200\\256txt\\n'");
    button("Preview").click();
    assertThat(page.locator("main")).containsText("stands for 2 nodes: web-1, web-2");
    button("Start").click();
    assertThat(page.locator(".cell.ok")).hasCount(2);
    assertThat(page.locator(".jobs")).containsText("2 ok");
    page.keyboard().press("j");
    page.keyboard().press("Enter");
    assertThat(page.locator("h1")).hasText("web-1");
    assertThat(labelled("Output"))
        .containsText(
            "<script>alert(1)</script><img src=x onerror=alert(2)>\\x1b]0;owned\\x07red \\u202etxt");
    assertEquals(0, page.locator("main img, main script").count());
    page.keyboard().press("Escape");
    assertThat(page.locator("h1")).containsText("RUN");
    page.keyboard().press("Escape");
    page.keyboard().press("Escape");
    assertThat(page.locator("h1")).hasText("Runs");
    assertThat(page.locator("tbody tr.opens").first()).containsText("✓ done");
  }

  @Test
  void outputIsSeenAsItComesAndWhyItWaits() {
    login();
    Path over = cluster.directory().resolve("over");
    start("web-1", "until [ -e " + over + " ]; do echo goes on; sleep 0.2; done; echo at last");
    page.locator(".cell").click();
    assertThat(labelled("Output as it comes")).containsText("goes on");
    assertThat(page.locator("main")).containsText("▶ running");
    button("Why?").click();
    assertThat(page.locator("main li")).containsText("web-1");
    cluster.write("over", "");
    assertThat(labelled("Output")).containsText("at last");
    assertThat(page.locator("main")).containsText("✓ succeeded");
  }

  @Test
  void aRunIsCancelledAndRunAgain() {
    login();
    Path there = cluster.directory().resolve("there");
    start("web-2", "[ -e " + there + " ] || sleep 1000");
    assertThat(page.locator(".cell.runs, .cell.waits")).hasCount(1);
    button("Cancel").click();
    page.getByRole(AriaRole.DIALOG).getByText("Cancel the run").click();
    assertThat(page.locator(".cell.bad")).hasText("⊘");
    cluster.write("there", "");
    button("Run again where it failed").click();
    assertThat(page.getByRole(AriaRole.DIALOG)).containsText("1 job on 1 node of 1: web-2");
    page.getByRole(AriaRole.DIALOG)
        .getByText("Run again", new Locator.GetByTextOptions().setExact(true))
        .click();
    assertThat(page.locator("tbody .badge.ok")).containsText("succeeded");
  }

  private void awaitNothingRuns() {
    await()
        .atMost(Duration.ofMillis((long) TIMEOUT_MILLIS))
        .until(() -> cluster.api().jobs(null).stream().noneMatch(JobSummary::processing));
  }

  /** Answers and events come over two connections, in any order. */
  @Test
  void anAnswerThatIsOlderThanAnEventHidesNothing() throws Exception {
    login();
    Path gate = cluster.directory().resolve("event");
    start("web-1", "until [ -e " + gate + " ]; do sleep 0.1; done");
    page.locator(".jobs tbody a").click();
    assertThat(page.locator("tbody .badge.runs")).containsText("running");
    assertThat(page.locator("#live")).hasText("● live");
    page.route(
        "**/v1/jobs/*/states",
        route -> {
          APIResponse old = route.fetch();
          cluster.write("event", "");
          awaitNothingRuns();
          route.fulfill(new Route.FulfillOptions().setResponse(old));
        },
        new Page.RouteOptions().setTimes(1));
    page.waitForResponse("**/v1/jobs/*/states", () -> page.keyboard().press("r"));
    page.evaluate("() => new Promise(done => setTimeout(done, 500))");
    assertThat(page.locator("tbody .badge.ok")).containsText("succeeded");
  }

  /** The id in the address of the view. */
  private String shownId() {
    return page.url().replaceFirst(".*/", "");
  }

  private static String waitFor(Path file) {
    return "until [ -e " + file + " ]; do sleep 0.1; done";
  }

  /** An orchestration of two jobs, the second of which begins when the first has ended. */
  private void startTwo(Path first, Path second) {
    go("#/start");
    page.getByLabel("an orchestration").check();
    page.getByLabel("Orchestration, in YAML")
        .fill(
            "- name: two\n  targets: [web-1, web-2]\n  rolling: {batch: 1}\n  jobs:\n    - RUN: "
                + waitFor(first)
                + "\n    - RUN: "
                + waitFor(second)
                + "\n");
    button("Preview").click();
    button("Start").click();
    assertThat(page.locator("h1")).hasText("two");
  }

  @Test
  void whatOthersPauseAndResumeIsSeenInEveryView() throws Exception {
    login();
    Path gate = cluster.directory().resolve("others");
    startTwo(gate, gate);
    assertThat(page.locator(".cell.runs")).hasCount(1);
    String run = shownId();
    cluster.api().pause(run);
    for (String view : List.of("#/runs/" + run, "#/runs")) {
      page.reload();
      go(view);
      assertThat(page.locator("main")).containsText("‖ paused");
      assertThat(page.locator("#live")).hasText("● live");
      cluster.api().resume(run);
      assertThat(page.locator("main")).not().containsText("aused");
      cluster.api().pause(run);
      assertThat(page.locator("main")).containsText("‖ paused");
    }
    go("#/runs/" + run);
    page.locator(".jobs tbody a").first().click();
    assertThat(page.locator("main")).containsText("‖ paused");
    cluster.api().resume(run);
    assertThat(page.locator("main")).not().containsText("paused");
    cluster.write("others", "");
    assertThat(page.locator("tbody .badge.ok")).hasCount(2);
  }

  @Test
  void whatIsDrawnAgainKeepsTheFocusAndAPressThatHasBegun() throws Exception {
    login();
    Path first = cluster.directory().resolve("press-1");
    Path second = cluster.directory().resolve("press-2");
    startTwo(first, second);
    assertThat(page.locator(".cell.runs")).hasCount(1);
    button("Cancel").focus();
    button("Cancel").hover();
    page.mouse().down();
    cluster.write("press-1", "");
    assertThat(page.locator(".cell.ok")).hasCount(1);
    page.mouse().up();
    assertThat(page.getByRole(AriaRole.DIALOG)).containsText("Cancel this run?");
    page.keyboard().press("Escape");
    assertThat(button("Cancel")).isFocused();
    button("running 1").focus();
    cluster.write("press-2", "");
    assertThat(page.locator(".cell.ok")).hasCount(4);
    assertThat(button("running 0")).isFocused();
  }

  @Test
  void resultsAreCountedAsTheyCome() throws Exception {
    login();
    Path gate = cluster.directory().resolve("count");
    Path over = cluster.directory().resolve("count-over");
    start("web-*", "mkdir " + gate + ".d && " + waitFor(gate) + " || " + waitFor(over));
    assertThat(page.locator(".cell.runs")).hasCount(2);
    assertThat(page.locator("#live")).hasText("● live");
    cluster.write("count", "");
    assertThat(page.locator(".jobs .words")).hasText("1 ok, 1 open");
    page.locator(".jobs tbody a").first().click();
    assertThat(page.locator("main .words")).hasText("1 ok, 1 open");
    cluster.write("count-over", "");
    assertThat(page.locator("main .words")).hasText("2 ok");
  }

  /** The first request of those that the action leads to, which waits until it is resumed. */
  private Route holding(String requests, Runnable action) {
    List<Route> held = new ArrayList<>();
    page.route(
        requests,
        route -> {
          if (held.isEmpty()) {
            held.add(route);
          } else {
            route.resume();
          }
        });
    action.run();
    page.waitForCondition(() -> !held.isEmpty());
    return held.get(0);
  }

  @Test
  void aViewThatWasLeftFollowsNothing() throws Exception {
    login();
    Path gate = cluster.directory().resolve("left");
    start("web-1", waitFor(gate));
    assertThat(page.locator(".cell.runs")).hasCount(1);
    String run = shownId();
    go("#/audit");
    assertThat(page.locator("tbody tr").first()).isVisible();
    Route held = holding("**/v1/jobs/*/states", () -> go("#/runs/" + run));
    List<String> followed = new ArrayList<>();
    page.onRequest(
        request -> {
          if (request.url().contains("/v1/events")) {
            followed.add(request.url());
          }
        });
    go("#/audit");
    page.waitForResponse("**/v1/jobs/*/states", held::resume);
    page.waitForRequest("**/v1/events*", () -> go("#/schedules"));
    assertThat(page.locator("#live")).hasText("● live");
    assertEquals(1, followed.size(), followed::toString);
    cluster.write("left", "");
    awaitNothingRuns();
  }

  @Test
  void aJobThatCameWhileNothingWasFollowedIsSeen() throws Exception {
    login();
    Path gate = cluster.directory().resolve("unseen");
    page.route("**/v1/events*", Route::abort);
    start("web-1", waitFor(gate));
    assertThat(page.locator(".cell.runs")).hasCount(1);
    ObjectNode job = Json.object().put("verb", "RUN").put("command", waitFor(gate));
    job.put("parent_id", shownId());
    cluster.api().submit(List.of(JobJson.read(job).withTargets(List.of("web-1"))), Map.of());
    page.unroute("**/v1/events*");
    assertThat(page.locator(".cell")).hasCount(2);
    cluster.write("unseen", "");
    assertThat(page.locator(".cell.ok")).hasCount(2);
  }

  @Test
  void whatCannotBeFollowedIsShownAllTheSameAndWhy() {
    login();
    start("web-1", "true");
    assertThat(page.locator(".cell.ok")).hasCount(1);
    page.route(
        "**/v1/events*",
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setStatus(503)
                    .setContentType("application/problem+json")
                    .setBody("{\"title\":\"Busy\",\"detail\":\"too many followers\"}")));
    go("#/runs");
    assertThat(page.locator("#live")).containsText("too many followers");
    assertThat(page.locator("tbody tr.opens").first()).containsText("✓ done");
  }

  @Test
  void aPreviewOfWhatWasWrittenBeforeIsNotShown() {
    login();
    go("#/start");
    page.getByLabel("Targets").fill("web-1");
    page.getByLabel("Arguments").fill("true");
    Route held = holding("**/v1/check", () -> button("Preview").click());
    page.getByLabel("Targets").fill("web-2");
    page.waitForResponse("**/v1/check", held::resume);
    page.evaluate("() => new Promise(done => setTimeout(done, 500))");
    assertThat(button("Start")).isHidden();
    button("Preview").click();
    assertThat(page.locator("main")).containsText("stands for 1 node: web-2");
    assertThat(button("Start")).isFocused();
  }

  @Test
  void aRunIsSeenOnAnAxisOfTimeAndPausedAndResumed() {
    login();
    go("#/start");
    Path there = cluster.directory().resolve("gate");
    page.getByLabel("an orchestration").check();
    page.getByLabel("Orchestration, in YAML")
        .fill(
            "- name: rolling\n  targets: [web-1, web-2]\n  rolling: {batch: 1}\n  jobs:\n"
                + "    - RUN: sleep 1\n      name: first\n"
                + "    - RUN: until [ -e "
                + there
                + " ]; do sleep 0.2; done\n      name: second\n");
    button("Preview").click();
    button("Start").click();
    assertThat(page.locator(".cell.runs")).hasCount(1);
    button("Pause").click();
    assertThat(page.locator("main")).containsText("Paused");
    assertThat(button("Resume")).isVisible();
    assertThat(page.locator(".bar-of-time.runs:visible")).hasCount(2);
    shoot("paused");
    cluster.write("gate", "");
    assertThat(page.locator(".cell.ok")).hasCount(2);
    assertThat(button("Resume")).isVisible();
    button("Resume").click();
    assertThat(page.locator(".cell.ok")).hasCount(4);
    assertThat(page.locator(".bar-of-time.ok:visible")).hasCount(2);
    assertThat(page.locator(".scale span").first()).isVisible();
    page.waitForCondition(
        () ->
            holds(
                "[...document.querySelectorAll('.bar-of-time')].every(bar => bar.getAttribute('aria-label').startsWith('ended '))"));
    shoot("ended");
  }

  /** In three sizes and both themes, nothing of which may be wider than the screen. */
  private void shoot(String name) {
    for (int width : new int[] {360, 820, 1600}) {
      page.setViewportSize(width, 800);
      for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        assertFits(name, width);
        assertThat(page.locator(".bar-of-time:visible")).hasCount(2);
        String directory = System.getProperty("directord.screenshots");
        if (directory != null) {
          Path file = Path.of(directory, name + "-" + width + "-" + scheme + ".png");
          page.screenshot(new Page.ScreenshotOptions().setPath(file));
        }
      }
    }
    page.setViewportSize(1280, 800);
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
  }

  @Test
  void errorsOfAnOrchestrationAreNamedWithTheirPlaces() {
    login();
    go("#/start");
    page.getByLabel("an orchestration").check();
    page.getByLabel("Orchestration, in YAML")
        .fill(
            "- jobs:\n  - RUNN: true\n  - COPY: /etc/shadow /tmp/x\n- targets: ['@@/etc/passwd']\n");
    button("Preview").click();
    assertThat(page.locator(".problem")).containsText("orchestration:2:5");
    assertThat(page.locator(".problem")).containsText("files cannot be brought here");
    assertThat(page.locator(".problem")).containsText("a file with targets cannot be named here");
    assertThat(button("Start")).isHidden();
  }
}
