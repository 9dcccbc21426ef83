package io.directord.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The network between clients and server: listens where they believe the server to be, at another
 * loopback address and the same ports, and forwards, or falls silent, or breaks.
 */
final class TcpProxy implements AutoCloseable {
  /** Loopback on Linux, as all of 127/8. */
  static final String ADDRESS = "127.0.0.2";

  private static final String SERVER = "127.0.0.1";
  private static final int BUFFER_BYTES = 64 << 10;

  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Set<ServerSocket> listeners = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicLong forwarded = new AtomicLong();
  private boolean silent;

  TcpProxy(int... ports) {
    for (int port : ports) {
      try {
        ServerSocket listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(InetAddress.getByName(ADDRESS), port));
        listeners.add(listener);
        start(() -> accept(listener, port));
      } catch (IOException e) {
        close();
        throw new UncheckedIOException(e);
      }
    }
  }

  /** From now on nothing comes through, and nobody is told: connections look alive. */
  synchronized void fallSilent() {
    silent = true;
  }

  /** Everything goes on, with what waited. */
  synchronized void speak() {
    silent = false;
    notifyAll();
  }

  /** Breaks all connections; new ones may be made. */
  void cut() {
    sockets.forEach(TcpProxy::closeQuietly);
    sockets.clear();
  }

  /** How many connections were made so far. */
  int accepted() {
    return accepted.get();
  }

  /** How many bytes went through so far, both ways. */
  long forwarded() {
    return forwarded.get();
  }

  @Override
  public void close() {
    listeners.forEach(TcpProxy::closeQuietly);
    cut();
    speak();
  }

  private void accept(ServerSocket listener, int port) {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        accepted.incrementAndGet();
        sockets.add(client);
        start(() -> connect(client, port));
      } catch (IOException e) {
        // Closed: the loop ends. Else a client that was gone before it was taken.
        continue;
      }
    }
  }

  private void connect(Socket client, int port) {
    try {
      awaitSpeech();
      Socket server = new Socket(SERVER, port);
      sockets.add(server);
      start(() -> pump(client, server));
      pump(server, client);
    } catch (IOException e) {
      closeQuietly(client);
    }
  }

  private void pump(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        awaitSpeech();
        out.write(buffer, 0, n);
        forwarded.addAndGet(n);
      }
    } catch (IOException e) {
      // One side is gone, or was cut; the other is closed with it.
      closeQuietly(to);
    }
  }

  private synchronized void awaitSpeech() throws IOException {
    try {
      while (silent) {
        wait();
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "proxy");
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
