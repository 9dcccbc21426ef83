package io.directord.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.SameSiteAttribute;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The page in a real browser: logins, nodes, schedules, and how it looks. */
class BrowserIT extends PageInBrowser {
  private String token(String name, String role) {
    return cluster.run("token", "create", name, "--role", role).expect(0).out().strip();
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
  void aShorterListIsSeenWhereALongOneWasScrolled() {
    login();
    manyNodes(new ArrayList<>());
    page.keyboard().press("r");
    assertThat(page.locator("#count")).containsText("2,000 nodes");
    page.evaluate("document.querySelector('.scroll').scrollTop = 1e9");
    assertThat(page.locator("tbody")).containsText("n2000");
    page.locator(".toggle").nth(1).click();
    assertThat(page.locator("#count")).containsText("1 node of these");
    assertThat(page.locator("tbody tr.opens th")).hasText("n0007");
  }

  @Test
  void ofManyNodesOnlyThoseAreReadThatAreSeenAndKeysReachAllOfThem() {
    login();
    List<String> asked = new CopyOnWriteArrayList<>();
    manyNodes(asked);
    page.keyboard().press("r");
    assertThat(page.locator("#count")).containsText("2,000 nodes");
    assertThat(page.locator("table.grid")).hasAttribute("aria-rowcount", "2001");
    assertThat(page.locator(".toggle").first()).hasText("● active 1,999");
    assertEquals(Set.of("0"), Set.copyOf(asked));

    page.evaluate("document.querySelector('.scroll').scrollTop = 1000 * 34");
    assertThat(page.locator("tbody")).containsText("n1005");
    assertFalse(asked.contains("400"), asked::toString);
    page.keyboard().press("j");
    assertThat(page.locator("tbody tr[aria-current=true] th")).hasText("n0001");
    for (int i = 0; i < 30; i++) {
      page.keyboard().press("PageDown");
    }
    assertThat(page.locator("tbody tr[aria-current=true]")).hasAttribute("aria-rowindex", "602");
    assertThat(page.locator("tbody tr[aria-current=true] th")).hasText("n0601");
    assertEquals(
        "602", page.evaluate("() => document.activeElement.getAttribute('aria-rowindex')"));
    page.keyboard().press("r");
    assertThat(page.locator("tbody tr[aria-current=true] th")).hasText("n0601");
    page.keyboard().press("Enter");
    assertThat(page.locator("h1")).hasText("n0601");
  }

  /**
   * Has the server say that there are 2,000 nodes, one of them away.
   *
   * @param asked receives the offset of each question
   */
  private void manyNodes(List<String> asked) {
    page.route(
        Pattern.compile(".*/v1/nodes\\?.*limit=.*"),
        route -> {
          String query = route.request().url().replaceFirst(".*\\?", "&");
          int offset = Integer.parseInt(query.replaceFirst(".*&offset=(\\d+).*", "$1"));
          int limit = Integer.parseInt(query.replaceFirst(".*&limit=(\\d+).*", "$1"));
          asked.add(String.valueOf(offset));
          String nodes =
              IntStream.rangeClosed(1, 2000)
                  .filter(i -> !query.contains("&state=") || query.contains("&state=" + state(i)))
                  .skip(offset)
                  .limit(limit)
                  .mapToObj(
                      i ->
                          "{\"identity\":\"n%04d\",\"state\":\"%s\",\"labels\":{},\"facts\":{},\"outstanding\":0,\"last_seen\":null,\"remark\":\"\"}"
                              .formatted(i, state(i)))
                  .collect(Collectors.joining(","));
          route.fulfill(
              new Route.FulfillOptions()
                  .setContentType("application/json")
                  .setBody(
                      "{\"warnings\":[],\"states\":{\"ACTIVE\":1999,\"AWAY\":1,\"EXPIRED\":0},"
                          + "\"nodes\":["
                          + nodes
                          + "]}"));
        });
  }

  private static String state(int node) {
    return node == 7 ? "AWAY" : "ACTIVE";
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
  void whoMayOnlyReadSeesWhyTheRestIsNotOffered() {
    page.navigate(origin + "#/runs");
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
    assertThat(page.locator("h1")).hasText("Schedules");
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
      for (String view : List.of("Nodes", "Runs", "Start a run", "Schedules", "Audit log")) {
        go("#/" + view.split(" ")[0].toLowerCase(Locale.ROOT));
        assertThat(page.locator("h1")).hasText(view);
        assertFits(view, width);
      }
    }
  }

  private String background() {
    return (String) page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
  }
}
