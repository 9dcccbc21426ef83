package io.directord.client.link;

import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.Frames;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerCodec;
import io.directord.common.wire.ServerMessage;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Asks the server whether this node could join, over a connection of its own: it does not join, and
 * a client that runs as this node is not disturbed.
 */
public final class Question {
  private static final Duration CONNECT = Duration.ofSeconds(12);

  /** The same once something has kept it from that; the server may have several addresses. */
  private static final Duration CONNECT_WITH_TROUBLE = Duration.ofSeconds(4);

  private static final Duration REPLY = Duration.ofSeconds(5);
  private static final long POLL_NANOS = 50_000_000;

  private Question() {}

  /**
   * What came of it.
   *
   * @param connected whether the server has accepted the connection and its keys
   * @param trouble what kept it from being reached, in words for people
   * @param verdict null if there was none
   */
  public record Answer(
      boolean connected, Set<String> trouble, ServerMessage.Verdict verdict, Duration roundtrip) {}

  /** Connects, asks and ends the connection; takes some seconds if something is wrong. */
  public static Answer ask(Driver driver, NodeMessage.Inquiry inquiry) {
    Set<String> trouble = new LinkedHashSet<>();
    try (Connection connection = driver.connect(trouble::add)) {
      long begin = System.nanoTime();
      while (!connection.cameUp()) {
        Duration limit = trouble.isEmpty() ? CONNECT : CONNECT_WITH_TROUBLE;
        if (System.nanoTime() - begin > limit.toNanos()) {
          return new Answer(false, trouble, null, Duration.ZERO);
        }
        connection.await(POLL_NANOS);
        connection.receive();
      }
      long asked = System.nanoTime();
      connection.send(NodeCodec.encode(inquiry).toBytes());
      ServerMessage.Verdict verdict = verdict(connection, asked + REPLY.toNanos());
      return new Answer(true, trouble, verdict, Duration.ofNanos(System.nanoTime() - asked));
    }
  }

  private static ServerMessage.Verdict verdict(Connection connection, long end) {
    while (System.nanoTime() - end < 0) {
      connection.await(POLL_NANOS);
      for (List<byte[]> raw = connection.receive(); raw != null; raw = connection.receive()) {
        try {
          if (ServerCodec.decode(Frames.of(raw)) instanceof ServerMessage.Verdict said) {
            return said;
          }
        } catch (BadMessageException e) {
          // A server of another version, whose verdict is not understood.
          return null;
        }
      }
    }
    return null;
  }
}
