package io.directord.common.http;

import io.directord.common.security.Digests;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * A server that is reached by TLS 1.3 and known by its certificate, not by an authority that has
 * signed it. Thread-safe; later connections resume the session of earlier ones.
 */
public final class TlsServer {
  private static final String TLS = "TLSv1.3";
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int DIGEST_BYTES = 32;
  private static final HexFormat FINGERPRINT = HexFormat.ofDelimiter(":").withUpperCase();

  private final String host;
  private final int port;
  private final String token;
  private final SSLContext context;

  /**
   * @param fingerprint as {@link #fingerprint} makes it; any other certificate is refused
   * @param token sent with each request
   */
  public TlsServer(String host, int port, String fingerprint, String token) {
    this(host, port, token, certificate -> require(fingerprint, certificate));
  }

  private TlsServer(String host, int port, String token, Check certificates) {
    this.host = host;
    this.port = port;
    this.token = token;
    this.context = context(new Pinned(certificates));
  }

  private static void require(String fingerprint, X509Certificate certificate)
      throws OtherCertificate {
    String shown = fingerprint(certificate);
    if (!shown.equals(fingerprint)) {
      throw new OtherCertificate(shown);
    }
  }

  /** Accepts the server's certificate. */
  private interface Check {
    void accept(X509Certificate certificate) throws CertificateException;
  }

  /** Travels through the runtime's TLS as a cause. */
  private static final class OtherCertificate extends CertificateException {
    private final String shown;

    OtherCertificate(String shown) {
      super("the certificate is another one");
      this.shown = shown;
    }
  }

  private record Pinned(Check certificates) implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind)
        throws CertificateException {
      throw new CertificateException("no server asks this one");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind)
        throws CertificateException {
      certificates.accept(chain[0]);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private static SSLContext context(TrustManager trust) {
    try {
      SSLContext context = SSLContext.getInstance(TLS);
      context.init(null, new TrustManager[] {trust}, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the runtime has no " + TLS, e);
    }
  }

  /** The SHA-256 digest of a certificate, as {@code openssl x509 -fingerprint -sha256} shows it. */
  public static String fingerprint(X509Certificate certificate) {
    try {
      return FINGERPRINT.formatHex(Digests.sha256().digest(certificate.getEncoded()));
    } catch (CertificateException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A fingerprint that somebody has written, in the form of {@link #fingerprint}.
   *
   * @throws IllegalArgumentException with a message for people
   */
  public static String parseFingerprint(String written) {
    String digits =
        written
            .strip()
            .replaceFirst("(?i)^sha-?256([ :=]|fingerprint)*", "")
            .replaceAll("[:\\s]", "");
    if (!digits.matches("[0-9a-fA-F]{" + 2 * DIGEST_BYTES + "}")) {
      throw new IllegalArgumentException(
          "a SHA-256 digest of "
              + DIGEST_BYTES
              + " bytes in hexadecimal is expected, with or without colons");
    }
    return FINGERPRINT.formatHex(HexFormat.of().parseHex(digits.toLowerCase(Locale.ROOT)));
  }

  /**
   * Connects to whatever is there and returns the fingerprint of its certificate; sends nothing
   * else.
   */
  public static String askFingerprint(String host, int port, Duration timeout) throws IOException {
    String[] shown = new String[1];
    TlsServer any =
        new TlsServer(host, port, null, certificate -> shown[0] = fingerprint(certificate));
    any.call("GET", timeout).close();
    return shown[0];
  }

  /**
   * Connects.
   *
   * @param timeout for silence of the server; zero for none
   * @throws OtherCertificateException if it has another certificate; nothing was sent to it
   * @throws java.net.ConnectException if nothing listens there
   * @throws UnknownHostException if the name is not known
   * @throws javax.net.ssl.SSLException if it does not speak TLS 1.3
   */
  public HttpCall call(String method, Duration timeout) throws IOException {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new UnknownHostException(host);
    }
    SocketChannel channel = connect(address);
    try {
      return new HttpCall(channel, method, timeout, this);
    } catch (IOException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof OtherCertificate other) {
          throw new OtherCertificateException(other.shown, e);
        }
      }
      throw e;
    }
  }

  private static SocketChannel connect(SocketAddress address) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.socket().connect(address, (int) CONNECT.toMillis());
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  SSLEngine engine() {
    SSLEngine engine = context.createSSLEngine(host, port);
    engine.setUseClientMode(true);
    engine.setEnabledProtocols(new String[] {TLS});
    return engine;
  }

  public String host() {
    return host;
  }

  /** Null for none. */
  String token() {
    return token;
  }

  /** As people write it. */
  public String url() {
    return "https://" + authority();
  }

  String authority() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
