package io.directord.nats;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a broker is believed to be the one that the setting names. */
class BrokerTlsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(240);

  @TempDir Path directory;
  private final List<String> troubles = new CopyOnWriteArrayList<>();
  private SSLContext ofThisJava;
  private BrokerProcess process;

  /** A broker whose certificate is for localhost alone. */
  @BeforeEach
  void start() throws Exception {
    ofThisJava = SSLContext.getDefault();
    authority("authority");
    authority("other");
    certificate("broker", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
        .signedBy("authority");
    process =
        BrokerProcess.start(
            "--tls", "--tlscert", file("broker.pem"), "--tlskey", file("broker.key"));
  }

  @AfterEach
  void end() {
    SSLContext.setDefault(ofThisJava);
    if (process != null) {
      process.close();
    }
  }

  @Test
  void aBrokerOfTheNameWithATrustedCertificateIsTaken() throws Exception {
    trust("authority");
    try (Broker broker = open("localhost")) {
      await().atMost(TIMEOUT).until(broker::isUp);
      assertEquals(List.of(), troubles);
    }
  }

  @Test
  void aTrustedCertificateOfAnotherNameIsNot() throws Exception {
    trust("authority");
    expectTrouble("127.0.0.1");
  }

  @Test
  void aCertificateOfAnAuthorityThatIsNotTrustedIsNot() throws Exception {
    trust("other");
    expectTrouble("localhost");
  }

  private void expectTrouble(String host) {
    try (Broker broker = open(host)) {
      await().atMost(TIMEOUT).until(() -> troubles.size() >= 3);
      assertFalse(broker.isUp());
      assertEquals(
          Set.of(
              "the broker at "
                  + broker.shown()
                  + " cannot be reached, or has no certificate of its name that is trusted here"),
          Set.copyOf(troubles));
    }
  }

  private Broker open(String host) {
    String url = "tls://" + host + ":" + process.port();
    return new Broker(
        new Broker.Config(List.of(url), url, null, "test", 1 << 20),
        new Broker.Events() {
          @Override
          public void up() {}

          @Override
          public void trouble(String why) {
            troubles.add(why);
          }

          @Override
          public void flushed() {}
        });
  }

  private void trust(String authority) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream pem = Files.newInputStream(directory.resolve(authority + ".pem"))) {
      store.setCertificateEntry(
          authority, CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    SSLContext.setDefault(context);
  }

  private void authority(String name) throws Exception {
    certificate(name, "-subj", "/CN=" + name).signedBy(null);
  }

  private Request certificate(String name, String... options) {
    return authority -> {
      List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-nodes"));
      command.addAll(List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"));
      command.addAll(List.of("-days", "2", "-out", file(name + ".pem")));
      command.addAll(List.of("-keyout", file(name + ".key")));
      command.addAll(List.of(options));
      if (authority != null) {
        command.addAll(List.of("-CA", file(authority + ".pem")));
        command.addAll(List.of("-CAkey", file(authority + ".key")));
      }
      Process openssl = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(openssl.getInputStream().readAllBytes());
      assertEquals(0, openssl.waitFor(), said);
    };
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  /** A certificate to be made. */
  private interface Request {
    /**
     * @param authority null for a certificate that signs itself
     */
    void signedBy(String authority) throws Exception;
  }
}
