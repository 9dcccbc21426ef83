package io.directord.common.api;

import io.directord.common.http.HttpCall;
import io.directord.common.json.Json;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.JsonNode;

/**
 * Calls of the server's API, each on a connection of its own: requests and replies as JSON, further
 * attempts while the server is busy, and errors for people if something else answers there.
 * Thread-safe; calls block.
 */
final class ApiCalls {
  /** Timeout of the server's reply, which normally comes at once. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** Silence of the server after which the listener is notified. */
  private static final Duration NOTICE = Duration.ofSeconds(5);

  /** Bytes of a file that the slowest server reads and hashes in a second. */
  private static final long CONTENT_BYTES_PER_SECOND = 10 << 20;

  /** Pause between two attempts at a busy server that does not say how long it should be. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** Longest pause, whatever the server says: there may be room sooner than it thinks. */
  private static final Duration MAX_PAUSE = Duration.ofSeconds(10);

  private static final String RETRY_AFTER = "Retry-After";

  private static final int UNAVAILABLE = 503;

  /** HTTP status: more requests than a caller may make in a while. */
  private static final int TOO_MANY = 429;

  /** Far more bytes than a server says of itself. */
  private static final int MAX_STATUS = 1 << 20;

  /** Of the reason for a refusal: far more than those of the largest submission take. */
  private static final int MAX_PROBLEM = 32 << 20;

  /** HTTP status: it is not known whether the change was made. */
  private static final int UNDECIDED = 504;

  private static final int OK = 200;
  private static final int CONTINUE = 100;

  private static final String EVENTS = "text/event-stream";
  private static final String METRICS = "text/plain; version=";
  private static final String UNREADABLE =
      "its answer is not what one says, unless it is of another version";

  /** Of what another program says: bytes that are looked at, and characters that are shown. */
  private static final int MAX_TEXT = 4096;

  private static final int MAX_SHOWN = 200;

  private static final String NOBODY_LEADS = "no server leads at present";

  private final ServerAddress server;
  private final BusyListener busy;
  private final ReplyReader replies;
  private final Sleeper sleeper;

  /** Waits for the next attempt. */
  @FunctionalInterface
  interface Sleeper {
    void sleep(Duration time) throws InterruptedException;
  }

  ApiCalls(ServerAddress server, BusyListener busy) {
    this(server, busy, time -> Thread.sleep(time.toMillis()));
  }

  ApiCalls(ServerAddress server, BusyListener busy, Sleeper sleeper) {
    this.server = server;
    this.busy = busy;
    this.sleeper = sleeper;
    this.replies = new ReplyReader(server, Runtime.getRuntime().maxMemory());
  }

  /** Looks anew which server leads, if there are several, with the next call. */
  void forgetLeader() {
    server.forget();
  }

  @FunctionalInterface
  private interface Taking {
    byte[] from(InputStream reply) throws IOException;
  }

  @FunctionalInterface
  private interface Reading<T> {
    T of(byte[] reply) throws IOException;
  }

  @FunctionalInterface
  interface Body {
    void send(HttpCall exchange) throws IOException;
  }

  <T> T get(String target, Class<T> type) throws IOException {
    return call("GET", target, null, type);
  }

  /**
   * Likewise, of a reply that is read by hand.
   *
   * @param reads throws {@link JacksonException} for what is not of the expected form
   */
  <T> T get(String target, Function<FlatObject, T> reads) throws IOException {
    return ask("GET", target, null, byHand(reads));
  }

  /** Likewise, of a reply that is text. */
  String text(String target) throws IOException {
    return ask("GET", target, null, bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /** What is at the target; empty if the server is too busy to say. */
  <T> Optional<T> ping(String target, Class<T> type) throws IOException {
    try (HttpCall exchange = opened(target, Map.of())) {
      int status = status(exchange);
      return status == UNAVAILABLE && exchange.header(RETRY_AFTER) != null
          ? Optional.empty()
          : Optional.of(read(statusBody(exchange, status), mapped(type)));
    }
  }

  /** A GET that its user closes; see {@link #accepted(HttpCall)}. */
  HttpCall open(String target) throws IOException {
    return open(target, Map.of());
  }

  /** Likewise, with more in its head. */
  HttpCall open(String target, Map<String, String> head) throws IOException {
    awaitLeader();
    return opened(target, head);
  }

  private HttpCall opened(String target, Map<String, String> head) throws IOException {
    HttpCall exchange = exchange("GET", TIMEOUT);
    try {
      head.forEach(exchange::put);
      exchange.send(target, null);
      return exchange;
    } catch (IOException e) {
      exchange.close();
      throw e;
    }
  }

  /** The body of the reply, which may still be coming. */
  InputStream accepted(HttpCall exchange) throws IOException {
    return accepted(exchange, status(exchange));
  }

  /**
   * Whether the server has what is at the target.
   *
   * @param fileBytes size of a file that it may have to read for this
   */
  boolean has(String target, long fileBytes) throws IOException {
    awaitLeader();
    try (HttpCall exchange = exchange("HEAD", timeout(fileBytes))) {
      exchange.send(target, null);
      return status(exchange) == OK;
    }
  }

  /** Sends a body of a known size, unless the server does not want it. */
  void send(String method, String target, long size, Body body) throws IOException {
    awaitLeader();
    try (HttpCall exchange = exchange(method, TIMEOUT)) {
      exchange.announce(target, size);
      int status = status(exchange);
      if (status == CONTINUE) {
        body.send(exchange);
        within(exchange, timeout(size));
        status = status(exchange);
      }
      accepted(exchange, status);
    }
  }

  /** A call that changes something. */
  <T> T change(String method, String target, byte[] json, Class<T> type) throws IOException {
    return change(method, target, json, mapped(type), UndecidedException::ofRequest);
  }

  /**
   * Likewise without a body.
   *
   * @param reads see {@link #get(String, Function)}
   */
  <T> T change(String method, String target, Function<FlatObject, T> reads) throws IOException {
    return change(method, target, null, byHand(reads), UndecidedException::ofRequest);
  }

  /**
   * A POST that changes something.
   *
   * @param reads see {@link #get(String, Function)}
   * @param undecided makes the message if nobody knows whether it was done, of the reason
   */
  <T> T post(
      String target, byte[] json, Function<FlatObject, T> reads, UnaryOperator<String> undecided)
      throws IOException {
    return change("POST", target, json, byHand(reads), undecided);
  }

  private <T> T change(
      String method, String target, byte[] json, Reading<T> reads, UnaryOperator<String> undecided)
      throws IOException {
    try {
      return ask(method, target, json, reads);
    } catch (ApiException e) {
      if (e.problem().status() == UNDECIDED) {
        throw new UndecidedException(e.getMessage(), e);
      }
      throw e;
    } catch (NoServerException e) {
      throw e;
    } catch (CutException e) {
      throw new UndecidedException(undecided.apply(e.what()), e);
    } catch (InterruptedIOException e) {
      if (e instanceof SocketTimeoutException) {
        throw new UndecidedException(undecided.apply(e.getMessage()), e);
      }
      throw e;
    } catch (IOException e) {
      throw new UndecidedException(undecided.apply(IoErrors.sayWhere(e)), e);
    }
  }

  <T> T call(String method, String target, byte[] json, Class<T> type) throws IOException {
    return ask(method, target, json, mapped(type));
  }

  /** Repeats the request as long as the server is busy. */
  private <T> T ask(String method, String target, byte[] json, Reading<T> reads)
      throws IOException {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    for (int attempt = 1; ; attempt++) {
      String retryAfter;
      try (HttpCall exchange = exchange(method, TIMEOUT)) {
        exchange.send(target, json);
        int status = status(exchange);
        boolean isBusy = status == UNAVAILABLE || status == TOO_MANY;
        if (!isBusy || System.nanoTime() > deadline) {
          return read(body(exchange, status), reads);
        }
        ApiException refused = refusal(status, exchange.reply());
        boolean mayMove = server.isSeveral() && refused.code() == ErrorCode.STANDBY;
        retryAfter = exchange.header(RETRY_AFTER);
        if (retryAfter == null && !mayMove) {
          throw refused;
        }
        if (attempt == 2) {
          String reason =
              refused.code() == ErrorCode.STANDBY
                  ? NOBODY_LEADS
                  : "the server is busy: " + refused.getMessage().strip();
          busy.triesAgain(reason, Duration.ofNanos(deadline - System.nanoTime()));
        }
      }
      Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
      Duration wanted = wanted(retryAfter);
      pause(wanted.compareTo(left) < 0 ? wanted : left);
    }
  }

  /** The pause that a busy server wants, within bounds; a date counts as none. */
  private static Duration wanted(String retryAfter) {
    if (retryAfter == null || !retryAfter.strip().matches("[0-9]{1,9}")) {
      return PAUSE;
    }
    Duration said = Duration.ofSeconds(Integer.parseInt(retryAfter.strip()));
    Duration least = said.compareTo(PAUSE) < 0 ? PAUSE : said;
    return least.compareTo(MAX_PAUSE) < 0 ? least : MAX_PAUSE;
  }

  /** While none of several servers leads, waits for one that takes over. */
  private void awaitLeader() throws IOException {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    for (int attempt = 1; !server.isReady() && System.nanoTime() < deadline; attempt++) {
      if (attempt == 2) {
        busy.triesAgain(NOBODY_LEADS, Duration.ofNanos(deadline - System.nanoTime()));
      }
      pause(PAUSE);
    }
  }

  private void pause(Duration time) throws InterruptedIOException {
    try {
      sleeper.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a busy server");
    }
  }

  /** The status of the reply, see {@link HttpCall#await}. */
  private int status(HttpCall exchange) throws IOException {
    try {
      return exchange.await();
    } catch (InterruptedIOException e) {
      throw e;
    } catch (ProtocolException e) {
      throw new NoServerException(ErrorCode.SERVER_NOT_RUNNING, foreign(e.getMessage()), e);
    } catch (IOException e) {
      CutException cut = CutException.beforeAnswer(server, e);
      server.forget();
      throw cut;
    }
  }

  private InputStream accepted(HttpCall exchange, int status) throws IOException {
    try {
      if (status / 100 != 2) {
        throw refusal(status, exchange.reply());
      }
      String type = exchange.header("Content-Type");
      if (type != null
          && type.startsWith("text/")
          && !type.startsWith(EVENTS)
          && !type.startsWith(METRICS)) {
        throw new NoServerException(
            ErrorCode.SERVER_NOT_RUNNING, foreign("its answer is " + type), null);
      }
      return exchange.reply();
    } catch (ProtocolException e) {
      throw new NoServerException(ErrorCode.SERVER_NOT_RUNNING, foreign(e.getMessage()), e);
    }
  }

  /** All of an accepted reply. */
  private byte[] body(HttpCall exchange, int status) throws IOException {
    return body(accepted(exchange, status), replies::bytes);
  }

  private byte[] statusBody(HttpCall exchange, int status) throws IOException {
    return body(accepted(exchange, status), reply -> replies.begin(reply, MAX_STATUS));
  }

  private byte[] body(InputStream body, Taking taking) throws IOException {
    try {
      return taking.from(body);
    } catch (InterruptedIOException | TooLongException e) {
      throw e;
    } catch (IOException e) {
      CutException cut = CutException.inAnswer(server, e);
      server.forget();
      throw cut;
    }
  }

  /** One sentence for whatever may listen there. */
  String foreign(String why) {
    return "what answers at "
        + server
        + " is not a directord server: "
        + why
        + "; "
        + server.hint();
  }

  /** The problem in a reply with this status and body. */
  private ApiException refusal(int status, InputStream reply) throws IOException {
    byte[] body = replies.begin(reply, MAX_PROBLEM);
    try {
      Problem problem = Json.read(replies.tree(body), Problem.class);
      if (problem != null && problem.title() != null) {
        if (problem.code() == ErrorCode.STANDBY) {
          forgetLeader();
        }
        return new ApiException(problem);
      }
    } catch (JacksonException | TooLongException e) {
      // Not a problem document; its text is shown below.
    }
    int begin = Math.min(body.length, MAX_TEXT);
    String text = new String(body, 0, begin, StandardCharsets.UTF_8).strip();
    boolean busy = status / 100 == 5;
    String shown = text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
    String said = ("HTTP " + status + " " + shown.replaceAll("\\s+", " ")).strip();
    return new ApiException(
        new Problem(
            status,
            "HTTP " + status,
            busy ? "the server answered " + said : foreign("it answered " + said),
            busy ? ErrorCode.SERVER_ERROR : ErrorCode.REFUSED));
  }

  private HttpCall exchange(String method, Duration timeout) throws IOException {
    HttpCall exchange = server.call(method, timeout);
    within(exchange, timeout);
    return exchange;
  }

  private void within(HttpCall exchange, Duration timeout) {
    exchange.timeout(timeout);
    exchange.onSilence(
        NOTICE,
        () -> {
          busy.isSilent(server.toString(), timeout);
          server.forget();
        });
  }

  /** Longer than otherwise while the server may read and hash a file. */
  private static Duration timeout(long fileBytes) {
    return TIMEOUT.plusSeconds(fileBytes / CONTENT_BYTES_PER_SECOND);
  }

  /** The events in a reply that goes on. */
  EventLines events(HttpCall exchange) throws IOException {
    return replies.events(accepted(exchange));
  }

  /** An event, which is read by hand. */
  <T> T event(byte[] json, Function<FlatObject, T> reads) throws IOException {
    return read(json, byHand(reads));
  }

  private <T> T read(byte[] json, Reading<T> reads) throws IOException {
    try {
      return reads.of(json);
    } catch (JacksonException e) {
      throw new IOException(foreign(UNREADABLE), e);
    }
  }

  /** No reply is without any key. */
  private <T> Reading<T> mapped(Class<T> type) {
    return reply -> {
      JsonNode json = replies.tree(reply);
      if (json.isEmpty()) {
        throw new StreamReadException(null, "the reply is empty");
      }
      return Json.read(json, type);
    };
  }

  private <T> Reading<T> byHand(Function<FlatObject, T> reads) {
    return reply -> reads.apply(new FlatObject(replies.tree(reply)));
  }

  /** As a part of a path or of a query. */
  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
