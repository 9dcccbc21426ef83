package io.directord.verbs.builtin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.directord.common.component.JobException;
import io.directord.common.component.PlanException;
import io.directord.common.job.Outcome;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

class WaitComponentTest {
  private static final String PASSWORD = "of the test";

  private final WaitComponent wait = new WaitComponent();
  private final FakeNode node = new FakeNode();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicReference<Headers> headers = new AtomicReference<>();
  private HttpServer server;

  @TempDir Path directory;

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop(0);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--seconds 5 | {'seconds':5,'retry':30,'retry_wait':1,'insecure':false}",
        "--url http://a/ --insecure | {'url':'http://a/','retry':30,'retry_wait':1,'insecure':true}",
        "--url --retry 2 http://a/ | {'url':'http://a/','retry':2,'retry_wait':1,'insecure':false}",
        "--cmd --retry-wait 0.5 test  -f x --insecure"
            + " | {'command':'test  -f x --insecure','retry':30,'retry_wait':0.5,'insecure':false}",
      })
  void theJobsKeysAreTheOriginals(String text, String json) throws Exception {
    assertEquals(json.replace('\'', '"'), FakeNode.plan(wait, text, null).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "--seconds 1 --cmd x", "--seconds 1 x", "--url", "--cmd", "--seconds -1"})
  void oneConditionIsNeeded(String text) {
    PlanException e = assertThrows(PlanException.class, () -> FakeNode.plan(wait, text, null));
    assertTrue(e.getMessage().startsWith("WAIT"), e.getMessage());
  }

  @Test
  void timePasses() throws Exception {
    long start = System.nanoTime();
    node.run(wait, "--seconds 0.05", null);
    assertTrue(System.nanoTime() - start >= 50_000_000);
  }

  @Test
  void aCommandIsTriedUntilItSucceeds() throws Exception {
    node.args.put("file", JsonNodeFactory.instance.stringNode("/x"));
    node.exitStatuses.addAll(List.of(1, 1, 0));
    assertTrue(node.run(wait, "--retry-wait 0 --cmd test -f {{ file }}", null).isSuccess());
    assertEquals("shell test -f /x", node.done.get(2));
    node.exitStatuses.addAll(List.of(7, 7));
    assertEquals(
        new Outcome.Failed(Outcome.Reason.ERROR, "x: exit status 7, also after 1 more try"),
        node.run(wait, "--retry 1 --retry-wait 0 --cmd x", null));
  }

  @ParameterizedTest
  @CsvSource({"200, true", "204, true", "302, true", "404, false", "500, false"})
  void aUrlIsWaitedForUntilItAnswersWell(int status, boolean success) throws Exception {
    serve(HttpServer.create(), status);
    Outcome outcome = node.run(wait, "--retry 0 --url http://127.0.0.1:" + port(), null);
    assertEquals(success, outcome.isSuccess(), outcome.info());
    assertEquals("Response code was " + status + "\n", node.stdout.toString());
  }

  @Test
  void aUrlIsTriedAgain() throws Exception {
    serve(HttpServer.create(), 503, 503, 200);
    node.run(wait, "--retry-wait 0.001 --url http://127.0.0.1:" + port() + "/health", null);
    assertEquals(3, requests.get());
  }

  @Test
  void nobodyThereIsAFailureThatIsSaid() throws Exception {
    serve(HttpServer.create(), 200);
    String url = "http://127.0.0.1:" + port();
    server.stop(0);
    Outcome outcome = node.run(wait, "--retry 0 --url " + url, null);
    assertEquals(
        url + ": cannot connect: most likely nothing listens there; --retry N tries again",
        outcome.info());
    assertTrue(node.stderr.toString().startsWith("cannot connect"), node.stderr.toString());
  }

  @Test
  void aHostThatNobodyKnowsIsSaid() throws Exception {
    Outcome outcome = node.run(wait, "--retry 0 --url http://no-such-host.invalid/", null);
    assertEquals(
        "http://no-such-host.invalid/: no such host; --retry N tries again", outcome.info());
  }

  @Test
  void aCertificateIsCheckedUnlessToldOtherwise() throws Exception {
    HttpsServer https = HttpsServer.create();
    https.setHttpsConfigurator(new HttpsConfigurator(selfSigned()));
    serve(https, 200);
    // The certificate is for another name too.
    String url = "https://127.0.0.1:" + port();
    Outcome outcome = node.run(wait, "--retry 0 --url " + url, null);
    assertFalse(outcome.isSuccess());
    assertTrue(outcome.info().contains("certificate is not accepted"), outcome.info());
    assertTrue(outcome.info().contains("--insecure takes any"), outcome.info());
    assertFalse(outcome.info().contains("Exception"), outcome.info());
    assertEquals(0, requests.get());
    assertTrue(node.run(wait, "--retry 0 --insecure --url " + url, null).isSuccess());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--url ftp://x", "--url x", "--url http://"})
  void whatIsNotAUrlIsRefusedBeforeAnythingRuns(String text) {
    PlanException e = assertThrows(PlanException.class, () -> FakeNode.plan(wait, text, null));
    assertTrue(e.getMessage().startsWith("WAIT: --url: '"), e.getMessage());
    assertTrue(e.getMessage().contains("is not an http or https URL"), e.getMessage());
  }

  @Test
  void aTemplateThatBecomesNoUrlFailsTheJob() {
    node.args.put("url", JsonNodeFactory.instance.stringNode("ftp://x"));
    JobException e =
        assertThrows(JobException.class, () -> node.run(wait, "--url {{ url }}", null));
    assertTrue(e.getMessage().startsWith("'ftp://x' is not an http or https URL"), e.getMessage());
  }

  @Test
  void userAndPasswordAreSentAndThePasswordIsNotShown() throws Exception {
    serve(HttpServer.create(), 200, 500);
    String url = "http://us%65r:p+w%40d@127.0.0.1:" + port() + "/x";
    Outcome outcome = node.run(wait, "--retry 0 --url " + url, null);
    assertEquals("http://us%65r:***@127.0.0.1:" + port() + "/x", outcome.info());
    assertEquals(
        "Basic " + Base64.getEncoder().encodeToString("user:p+w@d".getBytes(UTF_8)),
        headers.get().getFirst("Authorization"));
    Outcome failed = node.run(wait, "--retry 0 --url " + url, null);
    assertFalse(failed.info().contains("p+w"), failed.info());
    PlanException e =
        assertThrows(
            PlanException.class, () -> FakeNode.plan(wait, "--url ftp://u:secret@x", null));
    assertFalse(e.getMessage().contains("secret"), e.getMessage());
  }

  @Test
  void theProxyOfTheNodesVariablesIsAsked() throws Exception {
    serve(HttpServer.create(), 200);
    node.envs.put("http_proxy", "http://me:too@127.0.0.1:" + port());
    node.envs.put("no_proxy", "localhost, .example.org:80,other.invalid");
    String url = "http://under_score.invalid/";
    assertTrue(node.run(wait, "--retry 0 --url " + url, null).isSuccess());
    assertEquals(
        "Basic " + Base64.getEncoder().encodeToString("me:too".getBytes(UTF_8)),
        headers.get().getFirst("Proxy-Authorization"));
    Outcome exempt = node.run(wait, "--retry 0 --url http://an.other.invalid/", null);
    assertTrue(exempt.info().contains("no such host"), exempt.info());
    assertEquals(1, requests.get());
    node.envs.put("http_proxy", "http://127.0.0.1:1");
    Outcome unreachable = node.run(wait, "--retry 0 --url " + url, null);
    assertTrue(unreachable.info().contains("(by the proxy 127.0.0.1:1)"), unreachable.info());
  }

  @Test
  @Timeout(300)
  void aUrlThatDoesNotAnswerIsGivenUpWhenTheJobIsToldToStop() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + silent.getLocalPort();
      Thread.currentThread().interrupt();
      assertThrows(InterruptedException.class, () -> node.run(wait, "--url " + url, null));
    }
  }

  private void serve(HttpServer made, int... statuses) throws Exception {
    server = made;
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          int status = statuses[Math.min(requests.getAndIncrement(), statuses.length - 1)];
          headers.set(exchange.getRequestHeaders());
          exchange.getResponseHeaders().add("Location", "/elsewhere");
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
  }

  private int port() {
    return server.getAddress().getPort();
  }

  private SSLContext selfSigned() throws Exception {
    Path file = directory.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=elsewhere",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertEquals(0, keytool.waitFor());
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }
}
