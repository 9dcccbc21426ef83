package io.directord.server.link.legacy;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.zeromq.ZEvent;
import org.zeromq.ZMQ;
import org.zeromq.ZMonitor;

/**
 * Ends connections on which nobody has been heard. The library ignores a connection for good if its
 * name was taken when it came: that of a client which has noticed before the server that its line
 * is dead. Ended, the client tries again, and is heard. Told of connections on the library's
 * thread.
 */
final class SilentLines implements ZEvent.ZEventConsummer {
  static final int EVENTS = ZMQ.EVENT_ACCEPTED | ZMQ.EVENT_DISCONNECTED;

  private static final System.Logger LOG = System.getLogger(SilentLines.class.getName());

  private final long patienceNanos;
  private final Map<SocketChannel, Line> open = new HashMap<>();
  private final Map<String, SocketChannel> unheard = new HashMap<>();

  private record Line(String address, long since) {}

  /**
   * @param patience longer than clients are silent
   */
  SilentLines(Duration patience) {
    this.patienceNanos = patience.toNanos();
  }

  @Override
  public synchronized void consume(ZEvent event) {
    SocketChannel channel = event.getValue();
    if (event.getEvent() == ZMonitor.Event.ACCEPTED) {
      String address = address(channel);
      open.put(channel, new Line(address, System.nanoTime()));
      unheard.put(address, channel);
    } else {
      Line ended = open.remove(channel);
      if (ended != null) {
        unheard.remove(ended.address(), channel);
      }
    }
  }

  /**
   * Somebody is heard.
   *
   * @param address IP address and port as the library has them; may be null
   */
  synchronized void heard(String address) {
    unheard.remove(address);
  }

  /** Ends those that have been silent for too long. */
  synchronized void end() {
    long now = System.nanoTime();
    List<SocketChannel> silent = new ArrayList<>();
    for (SocketChannel channel : unheard.values()) {
      if (now - open.get(channel).since() > patienceNanos) {
        silent.add(channel);
      }
    }
    silent.forEach(this::end);
  }

  private void end(SocketChannel channel) {
    unheard.remove(open.get(channel).address());
    try {
      // The library's thread then reads the end of the line, and tidies up as it does for any.
      channel.shutdownInput();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "a silent connection has ended by itself", e);
    }
  }

  private static String address(SocketChannel channel) {
    try {
      return channel.getRemoteAddress() instanceof InetSocketAddress address
          ? address.getAddress().getHostAddress() + ":" + address.getPort()
          : "";
    } catch (IOException e) {
      return "";
    }
  }
}
