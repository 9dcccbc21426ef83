package io.directord.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.SameSiteAttribute;
import io.directord.cli.TestCluster;
import io.directord.common.api.JobSummary;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** The page in a real browser. */
@Timeout(value = 900, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserIT {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final double TIMEOUT_MILLIS = 240_000;

  private TestCluster cluster;
  private Playwright playwright;
  private Browser browser;
  private BrowserContext context;
  private Page page;

  /** What the browser says of the page: refused scripts and styles among it. */
  private final List<String> errors = new ArrayList<>();

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    assumeTrue(Files.isExecutable(CHROMIUM), "there is no " + CHROMIUM + " here");
    cluster = new TestCluster(directory.toRealPath());
    cluster.set("DIRECTORD_API_ADDRESS", "127.0.0.1:0");
    cluster.startServer();
    cluster.startClient("web-1");
    cluster.startClient("web-2");
    cluster.awaitActive(2);
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(CHROMIUM)
                    .setTimeout(TIMEOUT_MILLIS)
                    // Root has no sandbox.
                    .setArgs(List.of("--no-sandbox")));
    PlaywrightAssertions.setDefaultAssertionTimeout(TIMEOUT_MILLIS);
  }

  @AfterAll
  void stop() {
    if (playwright != null) {
      playwright.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  @BeforeEach
  void open() {
    context =
        browser.newContext(
            new Browser.NewContextOptions().setIgnoreHTTPSErrors(true).setViewportSize(1280, 800));
    context.setDefaultTimeout(TIMEOUT_MILLIS);
    page = context.newPage();
    errors.clear();
    page.onConsoleMessage(
        message -> {
          // A refusal of the server is expected in some tests.
          if (message.type().equals("error") && !message.text().startsWith("Failed to load")) {
            errors.add(message.text());
          }
        });
    page.onPageError(errors::add);
  }

  /** What a test that has failed leaves behind would keep the nodes from those of the next. */
  @AfterEach
  void close() throws Exception {
    context.close();
    for (JobSummary job : cluster.api().jobs(null)) {
      if (job.processing()) {
        cluster.api().cancel(job.id());
      }
    }
    assertEquals(List.of(), errors);
  }

  private String link() {
    return cluster.run("ui").expect(0).out().strip();
  }

  private String token(String name, String role) {
    return cluster.run("token", "create", name, "--role", role).expect(0).out().strip();
  }

  private void login() {
    page.navigate(link());
    assertThat(page.locator("h1")).hasText("Nodes");
  }

  /** A view by its address. */
  private void go(String hash) {
    page.evaluate("hash => { location.hash = hash; }", hash);
  }

  private Locator button(String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
  }

  @Test
  void aLinkLogsInOnceAndWithTheRightsOfItsUser() {
    String link = link();
    page.navigate(link);
    assertThat(page.locator("h1")).hasText("Nodes");
    assertThat(page.locator(".who")).hasText(System.getProperty("user.name"));
    assertFalse(page.url().contains("directord_link"), page.url());
    Cookie cookie = context.cookies().get(0);
    assertTrue(cookie.httpOnly && cookie.secure, cookie.name);
    assertEquals(SameSiteAttribute.STRICT, cookie.sameSite);
    assertEquals("", page.evaluate("document.cookie"));
    button("Log out").click();
    assertThat(page.locator("h1")).hasText("Log in");
    page.navigate("about:blank");
    page.navigate(link);
    assertThat(page.locator(".warning")).containsText("used already");
  }

  @Test
  void aPastedTokenLogsInUntilItIsRevoked() {
    String origin = link().replaceFirst("#.*", "");
    page.navigate(origin + "#/nodes/web-1");
    assertThat(page.locator("h1")).hasText("Log in");
    page.getByLabel("Token").fill("directord_wrong");
    page.keyboard().press("Enter");
    assertThat(page.locator(".problem")).containsText("[not-authenticated]");
    page.getByLabel("Token").fill(token("eve", "read"));
    page.keyboard().press("Enter");
    assertThat(page.locator("h1")).hasText("web-1");
    assertThat(page.locator(".who")).hasText("token:eve");
    cluster.run("token", "revoke", "eve").expect(0);
    page.keyboard().press("r");
    assertThat(page.locator("h1")).hasText("Log in");
  }

  @Test
  void whatWasWrittenOutlastsTheLoginForTheSameUserAndIsStoredNowhere() {
    String origin = link().replaceFirst("#.*", "");
    String token = token("ops", "operator");
    page.navigate(origin + "#/start");
    logInWith(token);
    page.getByLabel("an orchestration").check();
    page.getByLabel("Orchestration, in YAML").fill("- jobs:\n  - RUN: echo kept");
    page.getByLabel("Targets").fill("web-1");
    endLogin();
    button("Preview").click();
    assertThat(page.locator("h1")).hasText("Log in");
    assertEquals(0, page.evaluate("() => sessionStorage.length + localStorage.length"));
    logInWith(token);
    assertThat(page.locator("h1")).hasText("Start a run");
    assertThat(page.getByLabel("Targets")).hasValue("web-1");
    assertThat(page.getByLabel("Orchestration, in YAML")).hasValue("- jobs:\n  - RUN: echo kept");
    button("Preview").click();
    assertThat(page.locator("main")).containsText("stands for 1 node: web-1");

    // Nobody else sees it; this one logs in by a link in the same tab.
    endLogin();
    button("Preview").click();
    assertThat(page.locator("h1")).hasText("Log in");
    page.navigate(link());
    assertThat(page.locator("h1")).hasText("Start a run");
    assertThat(page.locator(".who")).hasText(System.getProperty("user.name"));
    assertThat(page.getByLabel("Targets")).hasValue("");
  }

  private void logInWith(String token) {
    page.getByLabel("Token").fill(token);
    page.keyboard().press("Enter");
  }

  /** As when its time is over. */
  private void endLogin() {
    context.clearCookies();
  }

  @Test
  void nodesAreFoundByTargetAndByKeys() {
    login();
    Locator rows = page.locator("tbody tr.opens");
    assertThat(rows).hasCount(2);
    assertThat(rows.first()).containsText("● active");
    page.keyboard().press("/");
    page.keyboard().type("web-1 adn web-2");
    page.keyboard().press("Enter");
    assertThat(page.locator(".mark")).hasText(Pattern.compile("web-1 adn web-2\\s+\\^"));
    assertThat(page.locator(".problem")).containsText("[invalid-target]");
    page.getByLabel("Target").fill("web-* and not web-2");
    page.keyboard().press("Enter");
    assertThat(rows).hasCount(1);
    assertTrue(page.url().endsWith("#/nodes?target=web-*%20and%20not%20web-2"), page.url());
    page.reload();
    assertThat(rows).hasCount(1);
    page.keyboard().press("j");
    page.keyboard().press("Enter");
    assertThat(page.locator("h1")).hasText("web-1");
    assertThat(page.locator("table.facts").first()).containsText("● active");
    page.keyboard().press("Escape");
    assertThat(rows).hasCount(2);
    page.keyboard().press("?");
    assertThat(page.getByRole(AriaRole.DIALOG)).containsText("next row");
    page.keyboard().press("Escape");
    assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
  }

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
  void aConnectionOnWhichNothingIsSaidIsGivenUp() {
    page.clock().install();
    login();
    go("#/runs");
    assertThat(page.locator("#live")).hasText("● live");
    page.waitForRequest("**/v1/events*", () -> page.clock().fastForward("01:00"));
    assertThat(page.locator("#live")).hasText("● live");
  }

  /** Also when it is asked for at the very end of the time before. */
  @Test
  void whatIsDoneOnceAtATimeIsDoneAfterItWasAskedFor() {
    login();
    assertEquals(
        List.of(),
        page.evaluate(
            """
            async () => {
              const {oneAtATime} = await import("/ui/api.js");
              const missed = [];
              for (let wait = 0; wait < 12; wait++) {
                let done = 0;
                const ask = oneAtATime(async () => { done++; });
                ask();
                for (let i = 0; i < wait; i++) await null;
                await ask();
                if (done !== 2) missed.push(wait);
              }
              return missed;
            }
            """));
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
  void aShorterListIsSeenWhereALongOneWasScrolled() {
    login();
    String nodes =
        IntStream.rangeClosed(1, 2000)
            .mapToObj(
                i ->
                    "{\"identity\":\"n%04d\",\"state\":\"%s\",\"labels\":{},\"facts\":{},\"outstanding\":0,\"last_seen\":null,\"remark\":\"\"}"
                        .formatted(i, i == 7 ? "AWAY" : "ACTIVE"))
            .collect(Collectors.joining(",", "{\"warnings\":[],\"nodes\":[", "]}"));
    page.route(
        "**/v1/nodes",
        route ->
            route.fulfill(
                new Route.FulfillOptions().setContentType("application/json").setBody(nodes)));
    page.keyboard().press("r");
    assertThat(page.locator("#count")).containsText("2,000 nodes");
    page.evaluate("document.querySelector('.scroll').scrollTop = 1e9");
    assertThat(page.locator("tbody")).containsText("n2000");
    assertEquals(
        "n0007",
        page.evaluate(
            "() => { document.querySelectorAll('.toggle')[1].click();"
                + " return document.querySelector('tbody tr.opens th')?.textContent; }"));
  }

  @Test
  void keysThatAreFasterThanThePageAreForTheViewsThatTheyLeadTo() {
    login();
    go("#/nodes/web-1");
    assertThat(page.locator("h1")).hasText("web-1");
    page.evaluate(
        "() => ['g', 'r', 'c', 'Escape', 'Escape', 'g', 's', '?'].forEach(key =>"
            + " document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true})))");
    assertThat(page.locator("h1")).hasText("Schedules");
    assertThat(page.getByRole(AriaRole.DIALOG)).containsText("next row");
  }

  @Test
  void aNodeIsShownAsItBecomes() throws Exception {
    login();
    go("#/nodes/web-2");
    assertThat(page.locator("table.facts").first()).containsText("● active");
    cluster.api().label(List.of("web-2"), Map.of("rack", "r7"));
    assertThat(page.locator("main")).containsText("r7");
  }

  @Test
  void aLogoutThatDidNotReachTheServerIsSaid() {
    login();
    page.route("**/v1/session", Route::abort);
    button("Log out").click();
    assertThat(page.getByRole(AriaRole.DIALOG)).containsText("the server cannot be reached");
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
    assertEquals(
        true,
        page.evaluate(
            "[...document.querySelectorAll('.bar-of-time')].every(bar => bar.getAttribute('aria-label').startsWith('ended '))"));
    shoot("ended");
  }

  /** In three sizes and both themes, nothing of which may be wider than the screen. */
  private void shoot(String name) {
    for (int width : new int[] {360, 820, 1600}) {
      page.setViewportSize(width, 800);
      for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        assertEquals(
            true,
            page.evaluate("document.documentElement.scrollWidth <= innerWidth"),
            name + " is wider than " + width);
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

  @Test
  void whoMayOnlyReadSeesWhyTheRestIsNotOffered() {
    page.navigate(link().replaceFirst("#.*", "") + "#/runs");
    page.getByLabel("Token").fill(token("rita", "read"));
    page.keyboard().press("Enter");
    assertThat(page.locator("h1")).hasText("Runs");
    assertThat(page.locator("nav")).not().containsText("Audit");
    assertThat(button("Start a run")).hasAttribute("aria-disabled", "true");
    assertThat(button("Start a run"))
        .hasAttribute("title", "token:rita may not submit jobs: it has the role read");
    go("#/start");
    assertThat(page.locator(".warning")).containsText("may not submit jobs");
    go("#/audit");
    assertThat(page.locator(".problem")).containsText("[no-permission]");
  }

  @Test
  void schedulesArePausedResumedAndRun() throws Exception {
    Path file = cluster.write("nightly.yaml", "- jobs:\n  - RUN: 'true'\n");
    cluster.run("schedule", "add", "nightly", file.toString(), "--cron", "30 2 * * *").expect(0);
    login();
    go("#/schedules");
    page.locator("tbody a").click();
    button("Pause").click();
    assertThat(page.locator(".badge.waits")).hasText("‖ paused");
    button("Resume").click();
    assertThat(page.locator(".badge.ok").first()).hasText("● on");
    button("Run now").click();
    assertThat(page.locator("tbody").last()).containsText("started");
    go("#/audit");
    assertThat(page.locator("tbody")).containsText("POST /v1/schedules/nightly/run");
    button("Verify").click();
    assertThat(page.locator("main")).containsText("The audit log holds together");
  }

  @Test
  void bothThemesAndSmallScreensAreServed() {
    login();
    String light = background();
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
    assertNotEquals(light, background());
    button("Theme: system").click();
    assertEquals(light, background(), "the switch wins");
    button("Theme: light").click();
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    assertNotEquals(light, background());
    page.reload();
    assertThat(button("Theme: dark")).isVisible();
    for (int width : new int[] {360, 820, 1600}) {
      page.setViewportSize(width, 800);
      for (String view : List.of("#/nodes", "#/runs", "#/start", "#/schedules", "#/audit")) {
        go(view);
        assertThat(page.locator("h1")).isVisible();
        assertEquals(
            true,
            page.evaluate("document.documentElement.scrollWidth <= innerWidth"),
            view + " is wider than " + width);
      }
    }
  }

  private String background() {
    return (String) page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
  }
}
