package io.directord.verbs.builtin;

import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Checks whether a URL responds. Not thread-safe. Uses {@link HttpURLConnection}, since the newer
 * client refuses host names with an underscore.
 */
final class UrlProbe {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final HttpUrl url;
  private final ProxyOf proxy;
  private final SSLContext trustingAny;

  /**
   * @param insecure whether any certificate is accepted
   * @param node its variables name the proxies
   * @throws JobException if the URL or the proxy's URL is invalid
   */
  UrlProbe(String url, boolean insecure, NodeContext node) throws JobException {
    try {
      this.url = HttpUrl.parse(url);
      Map<String, String> variables = new HashMap<>(System.getenv());
      variables.putAll(node.envs());
      this.proxy = ProxyOf.url(this.url, variables);
      this.trustingAny = insecure ? trustingAny() : null;
    } catch (PlanException e) {
      throw new JobException(e.getMessage(), e);
    } catch (GeneralSecurityException e) {
      throw new JobException("this Java runtime has no TLS: " + e.getMessage(), e);
    }
  }

  /** The URL without its password. */
  String shown() {
    return url.shown();
  }

  /** Null if the response is 2xx or 3xx, else the error. */
  String run(NodeContext node) throws InterruptedException {
    try {
      int status = status();
      String said = status < 0 ? "the response is not HTTP" : "Response code was " + status;
      node.stdout(said + "\n");
      return status >= 200 && status < 400 ? null : said;
    } catch (IOException e) {
      String message = problem(e) + proxy.said();
      node.stderr(message + "\n");
      return message;
    }
  }

  /** Sends the request on a thread of its own, since a read cannot be interrupted. */
  private int status() throws IOException, InterruptedException {
    HttpURLConnection connection = open();
    FutureTask<Integer> answer = new FutureTask<>(connection::getResponseCode);
    Thread thread = new Thread(answer, "url probe");
    thread.setDaemon(true);
    thread.start();
    try {
      return answer.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } finally {
      connection.disconnect();
    }
  }

  private HttpURLConnection open() throws IOException {
    HttpURLConnection connection = (HttpURLConnection) url.url().openConnection(proxy.proxy());
    connection.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
    connection.setReadTimeout((int) TIMEOUT.toMillis());
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setRequestProperty("Connection", "close");
    if (url.authorization() != null) {
      connection.setRequestProperty("Authorization", url.authorization());
    }
    if (proxy.authorization() != null) {
      connection.setRequestProperty("Proxy-Authorization", proxy.authorization());
    }
    if (trustingAny != null && connection instanceof HttpsURLConnection https) {
      https.setSSLSocketFactory(trustingAny.getSocketFactory());
      https.setHostnameVerifier((host, session) -> true);
    }
    return connection;
  }

  /** A message for people; the root cause may have none. */
  private static String problem(IOException failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof UnknownHostException) {
        return "no such host";
      }
      if (e instanceof CertificateException) {
        return "the server's certificate is not accepted: "
            + deepest(e).getMessage()
            + "; --insecure takes any";
      }
    }
    if (failure instanceof ConnectException
        && (failure.getMessage() == null || failure.getMessage().contains("refused"))) {
      return "cannot connect: most likely nothing listens there";
    }
    if (failure instanceof SocketTimeoutException) {
      return "timeout: no response";
    }
    return failure.getMessage() == null ? "the connection was closed" : failure.getMessage();
  }

  private static Throwable deepest(Throwable e) {
    return e.getCause() == null ? e : deepest(e.getCause());
  }

  private static SSLContext trustingAny() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustsAny()}, null);
    return context;
  }

  /** Only this kind of trust manager also disables the check of host names. */
  private static final class TrustsAny extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
