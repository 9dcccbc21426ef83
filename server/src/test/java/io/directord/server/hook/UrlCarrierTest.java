package io.directord.server.hook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.directord.common.security.PrivateFiles;
import io.directord.common.security.ServerCertificate;
import io.directord.server.store.StoredHookEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Deliveries by TLS. */
@Timeout(300)
class UrlCarrierTest {
  private static final char[] NO_PASSWORD = new char[0];
  private static final StoredHookEvent EVENT =
      new StoredHookEvent("pager", 1, "node.lost", null, Instant.EPOCH, "{\"n\":1}");

  @TempDir Path directory;
  private final SSLContext before = defaultContext();
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private ServerCertificate certificate;
  private HttpsServer receiver;
  private Signature signature;

  private static SSLContext defaultContext() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void start() throws Exception {
    certificate = ServerCertificate.madeIn(directory, "localhost");
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry(
        "key", certificate.key(), NO_PASSWORD, certificate.chain().toArray(X509Certificate[]::new));
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys, NO_PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), null, null);
    receiver = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.setHttpsConfigurator(new HttpsConfigurator(context));
    receiver.createContext(
        "/in",
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    receiver.start();
    Path secret = directory.resolve("secret");
    String line = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    PrivateFiles.create(secret, line.getBytes(StandardCharsets.UTF_8));
    signature = Signature.of(secret);
  }

  @AfterEach
  void stop() {
    SSLContext.setDefault(before);
    receiver.stop(0);
  }

  private UrlCarrier carrier(String host) {
    return new UrlCarrier(
        URI.create("https://" + host + ":" + receiver.getAddress().getPort() + "/in"), signature);
  }

  private void trust() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("receiver", certificate.chain().get(0));
    TrustManagerFactory by = TrustManagerFactory.getInstance("PKIX");
    by.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, by.getTrustManagers(), null);
    SSLContext.setDefault(context);
  }

  @Test
  void aReceiverWithATrustedCertificateGetsTheEvent() throws Exception {
    trust();
    carrier("localhost").carry(EVENT, Instant.now());
    assertEquals(List.of("{\"n\":1}"), bodies);
  }

  @Test
  void nothingIsSentToAReceiverWhoseCertificateIsNotTrusted() {
    IOException e =
        assertThrows(IOException.class, () -> carrier("localhost").carry(EVENT, Instant.now()));
    assertTrue(e.getMessage().contains("cannot be reached"), e::getMessage);
    assertEquals(List.of(), bodies);
  }
}
