package io.directord.bench.crowd;

import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.ClientFacts;
import io.directord.common.wire.ConnectionNotice;
import io.directord.common.wire.Frames;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.JournalState;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerCodec;
import io.directord.common.wire.ServerMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * A node that is only a connection: it sends heartbeats, and every job succeeds. It has one
 * connection at a time, and waits as a real client does. Used by its group's thread only.
 */
final class SimulatedNode {
  /** The same values as those of a real client. */
  private static final long HANDSHAKE_NANOS = Duration.ofSeconds(60).toNanos();

  private static final long CONNECT_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long FIRST_WAIT_NANOS = Duration.ofMillis(200).toNanos();
  private static final long MAX_WAIT_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long PING_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long SILENT_NANOS = Duration.ofSeconds(15).toNanos();

  private final RandomGenerator random = RandomGenerator.getDefault();
  private final Lines lines;
  private final String driver;
  private final CurveKeyPair keys = CurveKeyPair.generate();
  private final UUID session = UUID.randomUUID();
  private final Instant start = Instant.now();
  private final String identity;
  private Line line;
  private Line.Stage stage;
  private boolean welcome;
  private Duration interval = Duration.ofSeconds(1);
  private long waitNanos = FIRST_WAIT_NANOS;
  private long openAt;
  private long giveUpAt;
  private long pingAt;
  private long heartbeatAt;

  SimulatedNode(Lines lines, String driver, String identity) {
    this.lines = lines;
    this.driver = driver;
    this.identity = identity;
    this.openAt = System.nanoTime();
  }

  /** Does what is due by time. */
  void tick(Selector selector, long now) throws IOException {
    try {
      if (line == null) {
        open(selector, now);
      } else if (now >= giveUpAt) {
        close(now);
      } else if (welcome) {
        talk(now);
      } else {
        line.again(now);
      }
    } catch (IOException e) {
      close(now);
    }
  }

  /** Handles what the selector has found; a connection that is lost is made again later. */
  void proceed(ByteBuffer shared, long now) throws IOException, BadMessageException {
    try {
      for (List<byte[]> message : line.proceed(shared)) {
        receive(message, now);
      }
      note(now);
    } catch (IOException e) {
      close(now);
    }
  }

  private void open(Selector selector, long now) throws IOException {
    if (now >= openAt) {
      stage = null;
      giveUpAt = now + CONNECT_NANOS;
      line = lines.open(keys, selector, this);
      note(now);
    }
  }

  /** Every step of the handshake begins the timeout anew. */
  private void note(long now) {
    Line.Stage reached = line.stage();
    if (reached == Line.Stage.READY) {
      giveUpAt = now + SILENT_NANOS;
    } else if (reached != stage && reached != Line.Stage.CONNECTING) {
      giveUpAt = now + jittered(HANDSHAKE_NANOS);
    }
    stage = reached;
  }

  private void talk(long now) throws IOException {
    if (now >= heartbeatAt) {
      heartbeat(now);
    }
    if (now >= pingAt) {
      line.ping();
      pingAt = now + PING_NANOS;
    }
  }

  private void receive(List<byte[]> message, long now) throws IOException, BadMessageException {
    if (Arrays.equals(message.get(0), ConnectionNotice.HELLO)) {
      heartbeat(now);
    } else {
      handle(ServerCodec.decode(Frames.of(message)), now);
    }
  }

  private void handle(ServerMessage message, long now) throws IOException {
    if (message instanceof ServerMessage.Run run) {
      Instant time = Instant.now();
      NodeResult result =
          new NodeResult(
              run.job().id(), Outcome.Succeeded.FINISHED, "", "", Duration.ZERO, time, time);
      send(new NodeMessage.Ended(run.job().verb(), result));
    } else if (message instanceof ServerMessage.WhoAreYou) {
      heartbeat(now);
    } else if (message instanceof ServerMessage.Welcome greeting && !welcome) {
      welcome = true;
      waitNanos = FIRST_WAIT_NANOS;
      interval = greeting.heartbeatInterval();
      heartbeatAt = now + random.nextLong(interval.toNanos());
      pingAt = now + random.nextLong(PING_NANOS);
    } else if (message instanceof ServerMessage.Refused refused) {
      throw new IllegalStateException(identity + " is refused: " + refused.reason());
    }
  }

  private void close(long now) throws IOException {
    if (line != null) {
      line.close();
      line = null;
    }
    welcome = false;
    openAt = now + jittered(waitNanos);
    waitNanos = Math.min(MAX_WAIT_NANOS, 2 * waitNanos);
  }

  private long jittered(long nanos) {
    return nanos / 2 + random.nextLong(nanos);
  }

  private void heartbeat(long now) throws IOException {
    Duration age = Duration.between(start, Instant.now());
    send(
        new Heartbeat(
            identity,
            new ClientFacts("simulated", age, age, "machine-" + identity, driver),
            Heartbeat.PROTOCOL,
            session,
            Set.of(),
            JournalState.UNKNOWN));
    heartbeatAt = now + interval.toNanos();
  }

  private void send(NodeMessage message) throws IOException {
    line.send(NodeCodec.encode(message).toBytes());
  }
}
