package io.directord.verbs.builtin;

import io.directord.common.component.JobException;
import io.directord.common.http.HttpCall;
import io.directord.common.json.Json;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** podman's API over its Unix socket, in podman's own version of it. Not thread-safe. */
final class Podman {
  /** Where podman.socket listens. */
  static final String SOCKET = "/var/run/podman/podman.sock";

  private static final int MAX_REPLY = 16 << 20;

  /** No timeout of its own: pulling an image may take long, and the job has a timeout. */
  private static final Duration FOR_EVER = Duration.ZERO;

  private final Path socket;
  private final String api;

  /**
   * Asks podman for its version.
   *
   * @throws JobException saying what to do, if podman is not reachable at the socket
   */
  Podman(Path socket) throws JobException, InterruptedException {
    this.socket = socket;
    this.api =
        exchange(
            "GET",
            "/_ping",
            null,
            (status, exchange) -> {
              String version = exchange.header("Libpod-API-Version");
              if (version == null) {
                throw new JobException("the program at " + socket + " is not podman");
              }
              return "/v" + version + "/libpod";
            });
  }

  /** The reply of podman. */
  record Reply(int status, byte[] body) {
    private static final int NOT_MODIFIED = 304;
    private static final int FIRST_FAILURE = 400;

    boolean ok() {
      return status < FIRST_FAILURE;
    }

    /** Whether there was nothing to do. */
    boolean isAsItWas() {
      return status == NOT_MODIFIED;
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8).strip();
    }

    /** As JSON; a missing node if it is not JSON. */
    JsonNode json() {
      try {
        return Json.mapper().readTree(body);
      } catch (JacksonException e) {
        return Json.mapper().missingNode();
      }
    }

    /** The error message of podman. */
    String problem() {
      return json().path("message").asString(text().isEmpty() ? "HTTP " + status : text());
    }
  }

  /** Reads a reply's body. */
  @FunctionalInterface
  interface Reader<T> {
    T read(int status, HttpCall exchange) throws IOException, JobException;
  }

  /**
   * One request.
   *
   * @param path below the API, encoded; see {@link #encode}
   * @param body or null
   */
  Reply call(String method, String path, Map<String, String> query, byte[] body)
      throws JobException, InterruptedException {
    return stream(method, path, query, body, Podman::whole);
  }

  /** One request whose reply is read as it comes. */
  <T> T stream(String method, String path, Map<String, String> query, byte[] body, Reader<T> reader)
      throws JobException, InterruptedException {
    String parameters =
        query.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + encode(entry.getValue()))
            .collect(Collectors.joining("&", "?", ""));
    return exchange(method, api + path + (query.isEmpty() ? "" : parameters), body, reader);
  }

  private <T> T exchange(String method, String target, byte[] body, Reader<T> reader)
      throws JobException, InterruptedException {
    try (HttpCall exchange = new HttpCall(connect(), method, FOR_EVER)) {
      exchange.send(target, body);
      return reader.read(exchange.await(), exchange);
    } catch (InterruptedIOException | ClosedByInterruptException e) {
      Thread.interrupted();
      throw (InterruptedException) new InterruptedException("while podman worked").initCause(e);
    } catch (IOException e) {
      throw new JobException("podman at " + socket + ": " + IoErrors.sayWhere(e), e);
    }
  }

  private SocketChannel connect() throws IOException, JobException {
    try {
      return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      throw unreachable(IoErrors.say(e), e);
    } catch (IllegalArgumentException e) {
      throw unreachable("that is not a path of a socket", e);
    }
  }

  private JobException unreachable(String why, Exception cause) {
    return new JobException(
        "podman cannot be reached at "
            + socket
            + ": "
            + why
            + ". Is podman.socket enabled there? --socket-path names another",
        cause);
  }

  /**
   * Reads all of a reply.
   *
   * @throws IOException if it is too long
   */
  static Reply whole(int status, HttpCall exchange) throws IOException {
    byte[] body = exchange.reply().readNBytes(MAX_REPLY + 1);
    if (body.length > MAX_REPLY) {
      throw new IOException("the reply is longer than " + (MAX_REPLY >> 20) + " MiB");
    }
    return new Reply(status, body);
  }

  /** A name as a part of a path or a query. */
  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
