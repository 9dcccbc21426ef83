package io.directord.server.hook;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.directord.common.config.HookSettings;
import io.directord.common.loop.LoopThread;
import io.directord.common.security.PrivateFiles;
import io.directord.server.store.StoredHookEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class HookLoopTest {
  private static final byte[] SECRET =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final UUID RUN = UUID.randomUUID();
  private static final UUID OTHER = UUID.randomUUID();

  @TempDir Path directory;
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private final List<String> taken = new CopyOnWriteArrayList<>();
  private final List<StoredHookEvent> done = new CopyOnWriteArrayList<>();
  private final AtomicInteger status = new AtomicInteger(204);
  private final List<HttpExchange> asked = new CopyOnWriteArrayList<>();
  private HttpServer receiver;
  private LoopThread thread;

  @AfterEach
  void close() {
    if (thread != null) {
      thread.close();
    }
    if (receiver != null) {
      receiver.stop(0);
    }
  }

  private StoredHookEvent event(long seq, UUID run) {
    return new StoredHookEvent("pager", seq, "job.failed", run, now.get(), "{\"n\":" + seq + "}");
  }

  private HookLoop start(Carrier carrier) {
    HookSettings.Hook hook =
        new HookSettings.Hook("pager", null, List.of("/bin/x"), null, Set.of("job.failed"));
    HookLoop loop = new HookLoop(hook, carrier, now::get, System::nanoTime);
    thread = LoopThread.start("hook", loop, (name, why) -> {});
    return loop;
  }

  @Test
  void eventsOfARunStayInOrderWhileOthersGoOn() {
    HookLoop loop =
        start(
            (event, at) -> {
              if (event.seq() == 1 && !taken.contains("3")) {
                throw new IOException("busy");
              }
              taken.add(event.seq() + "");
            });
    loop.add(event(1, RUN), done::add);
    loop.add(event(2, RUN), done::add);
    loop.add(event(3, OTHER), done::add);

    await().until(() -> done.size() == 3);

    assertEquals(List.of("3", "1", "2"), taken);
    assertEquals(3, loop.view().deliveries().delivered());
    assertNull(loop.view().deliveries().error());
  }

  @Test
  void whatIsNotTakenForTooLongIsGivenUpAndCounted() {
    HookLoop loop =
        start(
            (event, at) -> {
              throw new IOException("gone");
            });
    StoredHookEvent old = event(1, RUN);
    now.set(now.get().plus(HookLoop.MAX_AGE).plusSeconds(1));
    loop.add(old, done::add);
    await().until(() -> done.equals(List.of(old)));
    assertEquals(1, loop.view().deliveries().dropped());
    assertEquals("gone", loop.view().deliveries().error());
    assertEquals(0, loop.view().deliveries().pending());
  }

  private Carrier url() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          taken.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.getResponseHeaders().add("Location", "/elsewhere");
          asked.add(exchange);
          exchange.sendResponseHeaders(status.get(), -1);
          exchange.close();
        });
    receiver.start();
    Path secret = directory.resolve("secret");
    String line = "whsec_" + Base64.getEncoder().encodeToString(SECRET) + "\n";
    PrivateFiles.create(secret, line.getBytes(StandardCharsets.UTF_8));
    return new UrlCarrier(
        URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook"),
        Signature.of(secret));
  }

  @Test
  void aRequestIsSignedSoThatTheReceiverCanTell() throws Exception {
    StoredHookEvent event = event(1, RUN);
    url().carry(event, Instant.ofEpochSecond(1_800_000_000));

    assertEquals(List.of("{\"n\":1}"), taken);
    var headers = asked.get(0).getRequestHeaders();
    assertEquals(event.id(), headers.getFirst("webhook-id"));
    assertEquals("1800000000", headers.getFirst("webhook-timestamp"));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
    String signed = event.id() + ".1800000000.{\"n\":1}";
    assertEquals(
        "v1,"
            + Base64.getEncoder()
                .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8))),
        headers.getFirst("webhook-signature"));
  }

  @Test
  void noRedirectIsFollowedAndAnyOtherAnswerIsAFailure() throws Exception {
    Carrier carrier = url();
    for (int answer : new int[] {302, 307, 404, 500}) {
      status.set(answer);
      IOException e =
          assertThrows(IOException.class, () -> carrier.carry(event(1, RUN), now.get()));
      assertEquals("it has answered with status " + answer, e.getMessage());
    }
    assertEquals(4, taken.size());
    receiver.stop(0);
    assertThrows(IOException.class, () -> carrier.carry(event(1, RUN), now.get()));
  }

  @Test
  void aSecretThatIsNoneIsToldWithWhatToDo() throws Exception {
    for (String wrong : List.of("", "secret", "whsec_!!", "whsec_c2hvcnQ=")) {
      Path file = directory.resolve("wrong");
      Files.deleteIfExists(file);
      PrivateFiles.create(file, wrong.getBytes(StandardCharsets.UTF_8));
      IOException e = assertThrows(IOException.class, () -> Signature.of(file));
      assertTrue(e.getMessage().contains("openssl rand"), e.getMessage());
    }
    Path open = Files.writeString(directory.resolve("open"), "whsec_x");
    assertThrows(IOException.class, () -> Signature.of(open));
  }

  @Test
  void aCommandHasTheEventOnItsStandardInput() throws Exception {
    Path out = directory.resolve("out");
    String script = "cat >" + out + "; env | grep -c ^DIRECTORD_ >>" + out + "; true";
    Carrier carrier = new CommandCarrier(List.of("/bin/sh", "-c", script));
    carrier.carry(event(5, RUN), now.get());
    assertEquals("{\"n\":5}0\n", Files.readString(out));
    Carrier failing = new CommandCarrier(List.of("/bin/sh", "-c", "exit 3"));
    IOException e = assertThrows(IOException.class, () -> failing.carry(event(5, RUN), now.get()));
    assertEquals("it has ended with status 3", e.getMessage());
  }
}
