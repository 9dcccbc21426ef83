package io.directord.common.component.builtin;

import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Looks whether a URL answers. For one thread. */
final class UrlProbe {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(10);

  private final HttpRequest request;
  private final HttpClient client;

  /**
   * @param insecure whether any certificate will do
   * @throws JobException if this is no URL
   */
  UrlProbe(String url, boolean insecure) throws JobException {
    try {
      request = request(url);
      HttpClient.Builder builder =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(CONNECT_PATIENCE);
      client = (insecure ? builder.sslContext(trustingAnybody()) : builder).build();
    } catch (PlanException e) {
      throw new JobException(e.getMessage(), e);
    } catch (GeneralSecurityException e) {
      throw new JobException("this Java runtime has no TLS: " + e.getMessage(), e);
    }
  }

  /**
   * The request for what is at that URL.
   *
   * @throws PlanException if this is no URL
   */
  static HttpRequest request(String url) throws PlanException {
    try {
      return HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).GET().build();
    } catch (IllegalArgumentException e) {
      throw new PlanException("'" + url + "' is no http or https URL: " + e.getMessage(), e);
    }
  }

  /** Null if it answers with 2xx or 3xx, else what is wrong. */
  String run(NodeContext node) throws InterruptedException {
    try {
      HttpResponse<InputStream> response =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      response.body().close();
      int status = response.statusCode();
      String said = "Response code was " + status;
      node.stdout(said + "\n");
      return status >= 200 && status < 400 ? null : said;
    } catch (IOException e) {
      String message = problem(e);
      node.stderr(message + "\n");
      return message;
    }
  }

  /** What went wrong, in words for people: the reason itself may lie causes deep, without any. */
  private static String problem(IOException failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof UnresolvedAddressException) {
        return "no such host";
      }
      if (e instanceof CertificateException) {
        return "the server's certificate is not accepted: "
            + deepest(e).getMessage()
            + "; --insecure takes any";
      }
    }
    if (failure instanceof ConnectException && failure.getMessage() == null) {
      return "cannot connect: most likely nothing listens there";
    }
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  private static Throwable deepest(Throwable e) {
    return e.getCause() == null ? e : deepest(e.getCause());
  }

  private static SSLContext trustingAnybody() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustsAnybody()}, null);
    return context;
  }

  /** This kind of trust manager is the only one behind which host names are not checked either. */
  private static final class TrustsAnybody extends X509ExtendedTrustManager {
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
