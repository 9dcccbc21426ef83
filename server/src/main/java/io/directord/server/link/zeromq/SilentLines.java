package io.directord.server.link.zeromq;

import io.directord.server.link.MinuteLog;
import io.directord.server.link.OpenFiles;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.zeromq.ZEvent;
import org.zeromq.ZMonitor;
import zmq.io.Metadata;
import zmq.io.StreamEngine.ErrorReason;

/**
 * Ends silent connections, and those beyond a limit. The library keeps connections with unfinished
 * handshakes forever, so an attacker could use up the server's. It also ignores a connection of a
 * client of the original if its routing id is taken, as when a client has noticed a lost connection
 * before the server: once ended, the client tries again and succeeds. Called on the library's
 * thread.
 */
public final class SilentLines implements ZEvent.ZEventConsummer {
  private static final System.Logger LOG = System.getLogger(SilentLines.class.getName());

  /** Large, since thousands may connect at once. */
  private static final long LOOK_NANOS = 100_000_000;

  /** A connection silent for this long is ended if there are too many. */
  private static final long YOUNG_NANOS = Duration.ofSeconds(10).toNanos();

  private static final String OR_STRANGER =
      ", or it is another program, or a client whose authentication is not that of this port."
          + " Clients of the original need the driver zeromq, a shared key, and the legacy ports";

  private final String port;
  private final long timeoutNanos;
  private final Limits limits;
  private final RouterSocket router;
  private final Gatekeeper gatekeeper;
  private final MinuteLog minuteLog;

  /** Cannot be looked up any more once none is left. */
  private final OpenFiles files = OpenFiles.ofThisProcess();

  private long looked = System.nanoTime();
  private final Map<SocketChannel, Line> open = new HashMap<>();
  private final Map<String, SocketChannel> unheard = new LinkedHashMap<>();

  /** The connection whose end is reported next; null if it is not of interest. */
  private Line leaving;

  private record Line(SocketChannel channel, String address, long since) {}

  /**
   * Limits of connections. Each also takes memory outside the heap.
   *
   * @param all of them
   * @param why there may not be more, for people
   */
  public record Limits(int all, String why) {
    private static final long CONNECTION_BYTES = 24 << 10;

    /** The limits for a share of the heap, and of the files that may be open. */
    public static Limits ofShare(int percent) {
      return ofShare(percent, Runtime.getRuntime().maxMemory(), OpenFiles.ofThisProcess());
    }

    static Limits ofShare(int percent, long heap, OpenFiles files) {
      int byHeap = (int) Math.min(heap / 100 * percent / CONNECTION_BYTES, 1 << 20);
      int byFiles = files.connections(percent);
      int all = Math.min(byHeap, byFiles);
      String why =
          byHeap <= byFiles
              ? "more would take too much memory: raise DIRECTORD_JAVA_OPTS=-Xmx…"
              : files.tooFew();
      return new Limits(all, why);
    }
  }

  /**
   * @param port its name, for people
   * @param timeout longer than the silence of clients
   * @param gatekeeper is told who was refused; null if every peer is admitted
   */
  SilentLines(
      String port, Duration timeout, Limits limits, RouterSocket router, Gatekeeper gatekeeper) {
    this.port = port;
    this.timeoutNanos = timeout.toNanos();
    this.limits = limits;
    this.router = router;
    this.gatekeeper = gatekeeper;
    this.minuteLog = router.minuteLog();
  }

  @Override
  public synchronized void consume(ZEvent event) {
    if (event.getEvent() == ZMonitor.Event.ACCEPTED) {
      SocketChannel channel = event.getValue();
      String address = address(channel);
      open.put(channel, new Line(channel, address, System.nanoTime()));
      unheard.put(address, channel);
      if (open.size() > limits.all()) {
        makeRoom(channel);
      }
    } else if (event.getEvent() == ZMonitor.Event.DISCONNECTED) {
      String breach = router.takeBreach();
      boolean explained = router.takeExplained();
      Line ended = open.remove(event.<SocketChannel>getValue());
      boolean stranger = ended != null && unheard.remove(ended.address(), ended.channel());
      if (ended != null && breach != null) {
        String who = RouterSocket.withoutPort(ended.address()) + " at the " + port;
        minuteLog.ended(who, breach);
        router.breached(ended.address(), breach);
      } else if (stranger && !explained) {
        leaving = ended;
      }
    } else if (event.getEvent() == ZMonitor.Event.ACCEPT_FAILED) {
      minuteLog.warn("the " + port, files.refusal());
    }
  }

  /**
   * Tells why a silent connection has ended, unless its peer closed it; right after the event of
   * its end.
   *
   * @param handshaken whether the handshake was over
   */
  synchronized void over(boolean handshaken, ErrorReason reason) {
    if (leaving == null) {
      return;
    }
    String who = RouterSocket.withoutPort(leaving.address());
    leaving = null;
    if (reason == ErrorReason.PROTOCOL) {
      warn(who, "before a message of it was taken", "it breaks the protocol");
    } else if (!handshaken) {
      warn(
          who,
          "before its handshake was over",
          "it only tried whether the port is open, it or this server has waited too long");
    }
    // Which of the two sides of a handshake gives up first is a matter of chance.
    if (gatekeeper != null && (!handshaken || reason == ErrorReason.PROTOCOL)) {
      gatekeeper.refused(
          who,
          "its connection ended before a handshake: it only tried whether the port is open, it waited"
              + " too long"
              + OR_STRANGER);
    }
  }

  private void warn(String who, String when, String why) {
    minuteLog.warn(
        who, "its connection to the " + port + " ended " + when + ": " + why + OR_STRANGER);
  }

  /**
   * Ends the connection that has been silent for longest, or the new one if none has been silent
   * for long.
   */
  private void makeRoom(SocketChannel latest) {
    SocketChannel oldest = unheard.values().iterator().next();
    boolean idle = System.nanoTime() - open.get(oldest).since() > YOUNG_NANOS;
    minuteLog.warn(
        "too many connections",
        "ended one of "
            + open.size()
            + ", "
            + unheard.size()
            + " of which have said nothing yet; the last came from "
            + open.get(latest).address()
            + ": "
            + limits.why());
    end(idle ? oldest : latest);
  }

  /** A message has arrived; a peer that forges its address affects only its own connection. */
  synchronized void heard(Metadata connection) {
    if (!unheard.isEmpty()) {
      unheard.remove(connection.get(Metadata.PEER_ADDRESS));
    }
  }

  /** Ends those that have been silent for too long; cheap to call often. */
  synchronized void end() {
    long now = System.nanoTime();
    if (unheard.isEmpty() || now - looked < LOOK_NANOS) {
      return;
    }
    looked = now;
    List<SocketChannel> silent = new ArrayList<>();
    for (SocketChannel channel : unheard.values()) {
      if (now - open.get(channel).since() > timeoutNanos) {
        silent.add(channel);
      }
    }
    silent.forEach(this::end);
  }

  private void end(SocketChannel channel) {
    unheard.remove(open.get(channel).address());
    try {
      // The library's thread then reads the end of the stream, and cleans up as usual.
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
