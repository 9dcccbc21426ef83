package io.directord.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The network before a port of this machine: forwards, falls silent, or breaks. */
final class FaultyNetwork implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;

  private final int to;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private boolean silent;
  private boolean refuses;

  /**
   * @param to port to which is forwarded
   */
  FaultyNetwork(int to) {
    this.to = to;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Nothing comes through, and nobody is told. */
  synchronized void fallSilent() {
    silent = true;
  }

  /** Breaks every connection, and lets none be made. */
  void refuse() {
    synchronized (this) {
      refuses = true;
    }
    cut();
  }

  /** Everything goes on, with what waited. */
  synchronized void heal() {
    silent = false;
    refuses = false;
    notifyAll();
  }

  /** Breaks every connection; new ones may be made. */
  void cut() {
    sockets.forEach(FaultyNetwork::closeQuietly);
    sockets.clear();
  }

  @Override
  public void close() {
    closeQuietly(listener);
    refuse();
    synchronized (this) {
      silent = false;
      notifyAll();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        sockets.add(client);
        start(() -> connect(client));
      } catch (IOException e) {
        // Closed: the loop ends. Else a client that was gone before it was taken.
        continue;
      }
    }
  }

  private void connect(Socket client) {
    try {
      awaitSpeech();
      Socket server = new Socket(InetAddress.getLoopbackAddress(), to);
      sockets.add(server);
      start(() -> pump(client, server));
      pump(server, client);
    } catch (IOException e) {
      closeQuietly(client);
    }
  }

  private void pump(Socket from, Socket other) {
    try (from;
        other) {
      InputStream in = from.getInputStream();
      OutputStream out = other.getOutputStream();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        awaitSpeech();
        out.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // One side is gone, or was cut; the other is closed with it.
      closeQuietly(other);
    }
  }

  private synchronized void awaitSpeech() throws IOException {
    try {
      while (silent && !refuses) {
        wait();
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    if (refuses) {
      throw new IOException("cut off");
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "network");
    thread.setDaemon(true);
    thread.start();
  }

  private static void closeQuietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      throw new AssertionError("a socket cannot be closed", e);
    }
  }
}
