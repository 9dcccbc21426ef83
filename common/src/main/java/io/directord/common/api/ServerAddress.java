package io.directord.common.api;

import io.directord.common.http.HttpCall;
import io.directord.common.http.TlsServer;
import io.directord.common.json.Json;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.ErrorCode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;

/** Where a server is reached; {@link #toString} says it to people. */
public sealed interface ServerAddress {

  /**
   * Connects, for one request.
   *
   * @param timeout for silence of the server; zero for none
   * @throws NoServerException if there is no server
   */
  HttpCall call(String method, Duration timeout) throws IOException;

  /** What to do if something else is there. */
  String hint();

  /** What else may have happened if it does not answer any more. */
  String doubt();

  /** Whether it stands for several servers, of which one leads. */
  default boolean isSeveral() {
    return false;
  }

  /** Of several servers: whether calls go to one that leads, or none answers. */
  default boolean isReady() throws IOException {
    return true;
  }

  /** Of several servers: looks anew which one leads, with the next call. */
  default void forget() {}

  /** The sockets of servers of which one leads, tried in order; at least one. */
  static ServerAddress ofSockets(List<Path> sockets) {
    List<ServerAddress> all = sockets.stream().<ServerAddress>map(Socket::new).toList();
    return all.size() == 1 ? all.get(0) : new Several(all);
  }

  /** A Unix socket on this machine. */
  record Socket(Path path) implements ServerAddress {
    public Socket {
      path = path.toAbsolutePath();
    }

    @Override
    public HttpCall call(String method, Duration timeout) throws IOException {
      return new HttpCall(Connector.connect(path), method, timeout);
    }

    @Override
    public String hint() {
      return "name the server's socket with --socket-path";
    }

    @Override
    public String doubt() {
      return "it has ended or was killed, unless another program has that socket";
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * The remote API of a server.
   *
   * @param context the name under which it is known here
   */
  record Remote(TlsServer server, String context) implements ServerAddress {
    @Override
    public HttpCall call(String method, Duration timeout) throws IOException {
      return RemoteConnector.connect(this, method, timeout);
    }

    @Override
    public String hint() {
      return "choose another context with --context NAME, or log in with 'directord login'";
    }

    @Override
    public String doubt() {
      return "it has ended, or the network is cut, or its token was revoked meanwhile";
    }

    @Override
    public String toString() {
      return server.url() + " (context " + context + ")";
    }
  }

  /** Several servers, of which one leads. Thread-safe. */
  final class Several implements ServerAddress {
    /** Far more bytes than a server says of itself. */
    private static final int MAX_STATUS = 1 << 20;

    /** How long is waited for one to listen: while one takes over, none may for a moment. */
    private static final Duration TAKEOVER = Duration.ofSeconds(15);

    /** Timeout of a server that is asked whether it leads. */
    private static final Duration PROBE = Duration.ofSeconds(5);

    private static final long PAUSE_MILLIS = 200;
    private static final int OK = 200;

    private final List<ServerAddress> servers;

    /** Null before it is known. */
    private volatile ServerAddress leader;

    Several(List<ServerAddress> servers) {
      this.servers = List.copyOf(servers);
    }

    @Override
    public HttpCall call(String method, Duration timeout) throws IOException {
      for (long end = System.nanoTime() + TAKEOVER.toNanos(); ; pause()) {
        try {
          ServerAddress known = leader;
          return (known == null ? findLeader() : known).call(method, timeout);
        } catch (NoServerException e) {
          leader = null;
          if (System.nanoTime() > end) {
            throw e;
          }
        }
      }
    }

    private static void pause() throws InterruptedIOException {
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while waiting for a server");
      }
    }

    /** In order; one that stands by if none leads. */
    private ServerAddress findLeader() throws IOException {
      ServerAddress standby = null;
      IOException why = null;
      for (ServerAddress one : servers) {
        try (HttpCall exchange = one.call("GET", PROBE)) {
          exchange.send("/v1/status", null);
          // One that is too busy to say leads: one that stands by has nothing to do.
          if (exchange.await() != OK || leads(exchange.reply().readNBytes(MAX_STATUS))) {
            leader = one;
            return one;
          }
          standby = standby == null ? one : standby;
        } catch (IOException e) {
          if (Thread.currentThread().isInterrupted()) {
            throw e;
          }
          why = why == null ? e : why;
        }
      }
      if (standby == null) {
        throw why instanceof NoServerException none
            ? none
            : new NoServerException(
                ErrorCode.SERVER_NOT_RUNNING, "no server answers: " + IoErrors.sayWhere(why), why);
      }
      return standby;
    }

    private static boolean leads(byte[] status) throws IOException {
      try {
        Leadership leadership = Json.read(status, ServerStatus.class).leadership();
        return leadership == null || leadership.leads();
      } catch (JacksonException e) {
        throw new IOException("it does not say whether it leads", e);
      }
    }

    @Override
    public boolean isSeveral() {
      return true;
    }

    @Override
    public boolean isReady() throws IOException {
      try {
        if (leader == null) {
          findLeader();
        }
        return leader != null;
      } catch (NoServerException e) {
        // A call waits for one to listen, and says so.
        return true;
      }
    }

    @Override
    public void forget() {
      leader = null;
    }

    @Override
    public String hint() {
      return servers.get(0).hint();
    }

    @Override
    public String doubt() {
      return servers.get(0).doubt();
    }

    @Override
    public String toString() {
      ServerAddress known = leader;
      return known != null
          ? known.toString()
          : servers.stream().map(ServerAddress::toString).collect(Collectors.joining(", "));
    }
  }
}
