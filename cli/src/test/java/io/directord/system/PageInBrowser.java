package io.directord.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.Cookie;
import io.directord.cli.TestCluster;
import io.directord.common.api.JobSummary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page of a server with two nodes, web-1 and web-2, in a real browser. */
@Timeout(value = 900, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PageInBrowser {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  static final double TIMEOUT_MILLIS = 240_000;

  TestCluster cluster;

  /** Address of the page. */
  String origin;

  BrowserContext context;
  Page page;

  /** What the browser says of the page: refused scripts and styles among it. */
  final List<String> errors = new ArrayList<>();

  private Playwright playwright;
  private Browser browser;

  /** Of a login that all tests share: each one takes a command. */
  private List<Cookie> session;

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
    keepALogin();
  }

  private void keepALogin() {
    String link = link();
    origin = link.replaceFirst("#.*", "");
    open();
    page.navigate(link);
    assertThat(page.locator("h1")).hasText("Nodes");
    session = context.cookies();
    context.close();
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

  /** A link that logs in, once. */
  String link() {
    return cluster.run("ui").expect(0).out().strip();
  }

  void login() {
    context.addCookies(session);
    page.navigate(origin);
    assertThat(page.locator("h1")).hasText("Nodes");
  }

  /** A view by its address. */
  void go(String hash) {
    page.evaluate("hash => { location.hash = hash; }", hash);
  }

  Locator button(String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
  }

  boolean holds(String expression) {
    return Boolean.TRUE.equals(page.evaluate(expression));
  }

  /** Nothing is wider than the screen, once the page has been drawn for it. */
  void assertFits(String what, int width) {
    try {
      page.waitForCondition(() -> holds("document.documentElement.scrollWidth <= innerWidth"));
    } catch (TimeoutError e) {
      throw new AssertionError(what + " is wider than " + width, e);
    }
  }
}
