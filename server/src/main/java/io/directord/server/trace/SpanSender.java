package io.directord.server.trace;

import io.directord.common.config.Product;
import io.directord.common.json.Json;
import io.directord.common.loop.Loop;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.Counted;
import io.directord.server.dispatch.TraceOutlet;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends spans to a collector, many at once. Nobody waits for it: what does not fit while the
 * collector is away is left out, which the log says.
 */
public final class SpanSender implements Loop {
  private static final System.Logger LOG = System.getLogger(SpanSender.class.getName());
  private static final String PATH = "/v1/traces";
  private static final int MAX_WAITING = 20_000;
  private static final int BATCH = 500;
  private static final int ATTEMPTS = 5;
  private static final int OK_CLASS = 2;
  private static final Set<Integer> LATER = Set.of(429, 502, 503, 504);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long GATHERING_MILLIS = 1000;

  private final URI collector;
  private final Map<String, String> headers;
  private final String service;
  private final long firstWaitMillis;
  private final HttpClient client;
  private final BlockingQueue<Span> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final AtomicLong dropped = new AtomicLong();

  /** Spans that were taken from the queue, and are neither sent nor dropped yet. */
  private final List<Span> batch = new ArrayList<>();

  private boolean failed;
  private volatile boolean stopped;
  private volatile Thread thread;

  /**
   * @param endpoint of the collector, without the path of a signal
   * @param headers by which it knows the server; may be empty
   * @param service this server, among others
   */
  public SpanSender(URI endpoint, Map<String, String> headers, String service) {
    this(endpoint, headers, service, TimeUnit.SECONDS.toMillis(1));
  }

  SpanSender(URI endpoint, Map<String, String> headers, String service, long firstWaitMillis) {
    this.headers = Map.copyOf(headers);
    this.collector = URI.create(endpoint.toString().replaceFirst("/+$", "") + PATH);
    this.service = service;
    this.firstWaitMillis = firstWaitMillis;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(TIMEOUT)
            .build();
  }

  /** Makes spans of what ends. */
  public TraceOutlet outlet(InstantSource clock) {
    return new SpanExporter(this::add, clock);
  }

  private void add(Span span) {
    if (!waiting.offer(span)) {
      dropped.incrementAndGet();
    }
  }

  @Override
  public boolean turn() throws InterruptedException {
    thread = Thread.currentThread();
    try {
      Span first = waiting.poll(GATHERING_MILLIS, TimeUnit.MILLISECONDS);
      if (first != null) {
        batch.add(first);
        TimeUnit.MILLISECONDS.sleep(waiting.size() < BATCH ? GATHERING_MILLIS / 10 : 0);
        waiting.drainTo(batch, BATCH - 1);
        send();
      }
      return !stopped;
    } catch (InterruptedException e) {
      if (stopped) {
        return false;
      }
      throw e;
    }
  }

  private void send() throws InterruptedException {
    byte[] body = Json.bytes(json());
    String why = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) {
        TimeUnit.MILLISECONDS.sleep(firstWaitMillis << (attempt - 1));
      }
      if (stopped) {
        return;
      }
      try {
        int status = post(body);
        if (status / 100 == OK_CLASS) {
          batch.clear();
          succeeded();
          return;
        }
        why = "it has answered with status " + status;
        if (!LATER.contains(status)) {
          break;
        }
      } catch (IOException e) {
        why = IoErrors.say(e);
      } catch (RuntimeException e) {
        // Traces must not end the server.
        why = e.toString();
        break;
      }
    }
    dropped.addAndGet(batch.size());
    batch.clear();
    if (!failed) {
      failed = true;
      LOG.log(
          Level.WARNING,
          "traces: {0} does not take spans, which are left out until it does: {1}",
          collector,
          why);
    }
  }

  private void succeeded() {
    long lost = dropped.getAndSet(0);
    if (failed || lost > 0) {
      LOG.log(
          Level.WARNING,
          "traces: {0} takes spans; {1} were left out",
          collector,
          String.valueOf(lost));
    }
    failed = false;
  }

  private int post(byte[] body) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(collector)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header("User-Agent", "directord/" + Product.version())
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    HttpResponse<InputStream> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    answer.body().close();
    return answer.statusCode();
  }

  private ObjectNode json() {
    ObjectNode root = Json.object();
    ObjectNode resource = root.putArray("resourceSpans").addObject();
    resource
        .putObject("resource")
        .set(
            "attributes",
            Span.attributes(
                Map.of(
                    "service.name",
                    "directord",
                    "service.version",
                    Product.version(),
                    "service.instance.id",
                    service)));
    ObjectNode scope = resource.putArray("scopeSpans").addObject();
    scope.putObject("scope").put("name", "directord").put("version", Product.version());
    ArrayNode spans = scope.putArray("spans");
    batch.forEach(span -> spans.add(span.json()));
    return root;
  }

  @Override
  public void stop() {
    stopped = true;
    Thread running = thread;
    if (running != null && running != Thread.currentThread()) {
      running.interrupt();
    }
  }

  /** Counts what is left in the log: the end of the server does not wait for a collector. */
  @Override
  public void end() {
    long lost = dropped.get() + batch.size() + waiting.size();
    if (lost > 0) {
      LOG.log(
          Level.WARNING,
          "traces: {0} left out that {1} had not taken when the server ended",
          Counted.of(lost, "span"),
          collector);
    }
  }
}
