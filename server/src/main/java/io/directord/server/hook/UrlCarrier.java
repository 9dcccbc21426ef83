package io.directord.server.hook;

import io.directord.common.config.Product;
import io.directord.common.storage.IoErrors;
import io.directord.server.store.StoredHookEvent;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;

/**
 * Posts events to a URL. The operator has chosen it, and where it leads to others with a redirect,
 * nothing follows.
 */
final class UrlCarrier implements Carrier {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final int OK_CLASS = 2;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(TIMEOUT)
          .build();
  private final URI url;
  private final Signature signature;

  UrlCarrier(URI url, Signature signature) {
    this.url = url;
    this.signature = signature;
  }

  @Override
  public void carry(StoredHookEvent event, Instant now) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header("User-Agent", "directord/" + Product.version())
            .header("webhook-id", event.id())
            .header("webhook-timestamp", String.valueOf(now.getEpochSecond()))
            .header("webhook-signature", signature.of(event, now))
            .POST(HttpRequest.BodyPublishers.ofString(event.body()))
            .build();
    int status = status(request);
    if (status / 100 != OK_CLASS) {
      throw new IOException("it has answered with status " + status);
    }
  }

  private int status(HttpRequest request) throws IOException, InterruptedException {
    try {
      HttpResponse<InputStream> answer =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      // Nobody reads what it says.
      answer.body().close();
      return answer.statusCode();
    } catch (HttpTimeoutException e) {
      throw new IOException("it has not answered within " + TIMEOUT.toSeconds() + " s", e);
    } catch (ConnectException e) {
      throw new IOException("nothing listens there, or it cannot be reached", e);
    } catch (IOException e) {
      throw new IOException("it cannot be reached: " + IoErrors.say(e), e);
    }
  }
}
