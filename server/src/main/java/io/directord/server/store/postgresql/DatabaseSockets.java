package io.directord.server.store.postgresql;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.SocketFactory;

/**
 * The sockets below the driver's connections of one purpose, which can all be closed at once. That
 * ends whatever waits for a database whose packets vanish: a question, a commit that is being sent,
 * a handshake. The driver's own ways to end these wait for its locks, or for the database.
 *
 * <p>The driver makes a factory by its name for each connection, and tells it the group.
 */
public final class DatabaseSockets extends SocketFactory {
  private static final Map<String, Group> GROUPS = new ConcurrentHashMap<>();

  private final Group group;

  /** Sockets that are closed together. Thread-safe; never blocks. */
  static final class Group implements AutoCloseable {
    private final String name = UUID.randomUUID().toString();
    private final Set<Socket> sockets = new HashSet<>();
    private boolean closed;

    Group() {
      GROUPS.put(name, this);
    }

    String name() {
      return name;
    }

    private synchronized Socket create() throws SocketException {
      requireOpen();
      sockets.removeIf(Socket::isClosed);
      Socket socket = new Socket();
      sockets.add(socket);
      return socket;
    }

    private void requireOpen() throws SocketException {
      if (closed) {
        throw new SocketException("this server does not use the database any more");
      }
    }

    /** Closes all of them, also those that are being connected; no others can be made. */
    @Override
    public synchronized void close() {
      closed = true;
      GROUPS.remove(name);
      for (Socket socket : sockets) {
        try {
          socket.close();
        } catch (IOException e) {
          // It is closed all the same.
          continue;
        }
      }
      sockets.clear();
    }
  }

  /** Called by the driver. */
  public DatabaseSockets(String group) throws SocketException {
    this.group = GROUPS.get(group);
    if (this.group == null) {
      throw new SocketException("this server does not use the database any more");
    }
  }

  @Override
  public Socket createSocket() throws IOException {
    return group.create();
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw unused();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) {
    throw unused();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw unused();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw unused();
  }

  private static UnsupportedOperationException unused() {
    return new UnsupportedOperationException("the driver connects its sockets itself");
  }
}
