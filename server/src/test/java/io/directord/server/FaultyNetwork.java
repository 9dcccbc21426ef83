package io.directord.server;

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

/** The network before a port of this machine: forwards, falls silent, or breaks. Thread-safe. */
public final class FaultyNetwork implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;

  private final int to;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicLong forwarded = new AtomicLong();
  private boolean silent;
  private long silentFrom = Long.MAX_VALUE;
  private boolean refuses;

  /**
   * @param to port to which is forwarded
   */
  public FaultyNetwork(int to) {
    this(InetAddress.getLoopbackAddress(), 0, to);
  }

  /**
   * @param address of this machine, at which it listens
   * @param port at which it listens; 0 for any
   * @param to port to which is forwarded
   */
  public FaultyNetwork(InetAddress address, int port, int to) {
    this.to = to;
    try {
      listener = new ServerSocket();
      listener.setReuseAddress(true);
      listener.bind(new InetSocketAddress(address, port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Nothing comes through, and nobody is told. */
  public synchronized void fallSilent() {
    silent = true;
  }

  /** Nothing comes through any more once so many bytes more have. */
  public synchronized void fallSilentAfter(long bytes) {
    silentFrom = forwarded.get() + bytes;
  }

  /** Breaks every connection, and lets none be made. */
  public void refuse() {
    synchronized (this) {
      refuses = true;
    }
    cut();
  }

  /** Everything goes on, with what waited. */
  public synchronized void heal() {
    silent = false;
    silentFrom = Long.MAX_VALUE;
    refuses = false;
    notifyAll();
  }

  /** Breaks every connection; new ones may be made. */
  public void cut() {
    sockets.forEach(FaultyNetwork::closeQuietly);
    sockets.clear();
  }

  /** How many connections were made so far. */
  public int accepted() {
    return accepted.get();
  }

  /** How many bytes went through so far, both ways. */
  public long forwarded() {
    return forwarded.get();
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
        accepted.incrementAndGet();
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
        forwarded.addAndGet(n);
      }
    } catch (IOException e) {
      // One side is gone, or was cut; the other is closed with it.
      closeQuietly(other);
    }
  }

  private synchronized void awaitSpeech() throws IOException {
    try {
      while ((silent || forwarded.get() >= silentFrom) && !refuses) {
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
