package io.directord.common.api;

import io.directord.common.http.HttpCall;
import io.directord.common.http.TlsServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

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
}
