package io.directord.server.link.zeromq;

import io.directord.server.link.Refusals;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;
import org.zeromq.ZEvent;
import org.zeromq.ZMonitor;

/**
 * Reports attempts with another shared key. The library reports the failed handshake without its
 * address, and then the closed connection: the next young connection to end is the one. Called on
 * the library's thread.
 */
final class HandshakeWatch implements ZEvent.ZEventConsummer {
  /** A peer with the wrong key is disconnected at once. */
  private static final long YOUNG_NANOS = 5_000_000_000L;

  private static final String WRONG_KEY =
      "a node tried to join with another shared key, and got nothing. Give it this server's key, or"
          + " stop it";

  /** The text for an unknown address. */
  private static final String UNKNOWN = "unknown address";

  private final RouterSocket router;
  private final Refusals refusals;
  private final Map<SocketChannel, Accepted> open = new HashMap<>();
  private int failures;

  private record Accepted(String address, long at) {}

  HandshakeWatch(RouterSocket router, Refusals refusals) {
    this.router = router;
    this.refusals = refusals;
  }

  @Override
  public synchronized void consume(ZEvent event) {
    if (event.getEvent() == ZMonitor.Event.ACCEPTED) {
      SocketChannel channel = event.getValue();
      open.put(channel, new Accepted(address(channel), System.nanoTime()));
    } else if (event.getEvent() == ZMonitor.Event.HANDSHAKE_FAILED_PROTOCOL) {
      failures += isWrongKey(event) ? 1 : 0;
    } else if (event.getEvent() == ZMonitor.Event.DISCONNECTED) {
      Accepted ended = open.remove(event.<SocketChannel>getValue());
      if (failures > 0 && ended != null && System.nanoTime() - ended.at() < YOUNG_NANOS) {
        failures--;
        router.minuteLog().warn(ended.address(), WRONG_KEY);
        router.explained();
        refusals.add(null, ended.address(), WRONG_KEY);
      }
    }
  }

  private static boolean isWrongKey(ZEvent event) {
    return event.getValue() == ZMonitor.ProtocolCode.ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC;
  }

  private static String address(SocketChannel channel) {
    try {
      return channel.getRemoteAddress() instanceof InetSocketAddress address
          ? address.getAddress().getHostAddress()
          : UNKNOWN;
    } catch (IOException e) {
      return UNKNOWN;
    }
  }
}
