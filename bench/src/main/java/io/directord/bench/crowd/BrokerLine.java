package io.directord.bench.crowd;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.directord.common.security.CurveKeyPair;
import io.directord.common.wire.ConnectionNotice;
import io.directord.common.wire.Frames;
import io.directord.nats.NodeHandshake;
import io.directord.nats.SealedSession;
import io.directord.nats.Subjects;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One connection to a NATS broker, whose protocol it speaks itself, and the sealed session with the
 * server over it.
 */
final class BrokerLine implements Line {
  private static final String CONNECT =
      "CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"bench\",\"version\":\"1\",\"headers\":true,"
          + "\"no_responders\":true}\r\n";

  private static final SealedSession.Limits LIMITS =
      new SealedSession.Limits(
          SealedSession.sizeOf(Frames.MAX_MESSAGE_BYTES, Frames.MAX_FRAMES), Frames.MAX_FRAMES);

  /** As a real client asks again: after a second at first, then up to five. */
  private static final long FIRST_AGAIN_NANOS = Duration.ofSeconds(1).toNanos();

  private static final long MAX_AGAIN_NANOS = Duration.ofSeconds(5).toNanos();

  private final RandomGenerator random = RandomGenerator.getDefault();
  private final LineChannel channel;
  private final Subjects subjects;
  private final String inbox;
  private final NodeHandshake handshake;
  private NodeHandshake.Accepted accepted;
  private Stage stage = Stage.CONNECTING;
  private ByteBuffer in = ByteBuffer.allocate(0);
  private long againAt;
  private long againNanos = FIRST_AGAIN_NANOS;

  BrokerLine(
      SocketAddress broker,
      Subjects subjects,
      byte[] serverKey,
      CurveKeyPair keys,
      Selector selector,
      Object owner)
      throws IOException {
    this.subjects = subjects;
    this.inbox = subjects.newNode();
    this.handshake = new NodeHandshake(subjects, keys, serverKey, null, inbox, "127.0.0.1", LIMITS);
    this.channel = new LineChannel(broker, selector, owner);
  }

  @Override
  public Stage stage() {
    return stage;
  }

  private void connected() throws IOException {
    stage = Stage.WAITING;
    channel.write((CONNECT + "SUB " + inbox + " 1\r\n").getBytes(US_ASCII));
    hello();
  }

  private void hello() throws IOException {
    publish(subjects.hello(), handshake.hello());
    long now = System.nanoTime();
    againAt = now + againNanos / 2 + random.nextLong(againNanos);
    againNanos = Math.min(MAX_AGAIN_NANOS, 2 * againNanos);
  }

  @Override
  public void again(long now) throws IOException {
    if (stage == Stage.WAITING && now >= againAt) {
      hello();
    }
  }

  @Override
  public List<List<byte[]>> proceed(ByteBuffer shared) throws IOException {
    List<List<byte[]>> messages = new ArrayList<>();
    if (!channel.connect()) {
      return messages;
    }
    if (stage == Stage.CONNECTING) {
      connected();
    }
    channel.flush();
    channel.read(shared);
    if (shared.hasRemaining()) {
      in = ByteBuffer.allocate(in.remaining() + shared.remaining()).put(in).put(shared).flip();
      while (understand(messages)) {
        // Another line may be complete.
      }
      in = ByteBuffer.allocate(in.remaining()).put(in).flip();
      say();
    }
    return messages;
  }

  /** Takes the next line and what belongs to it; false if it is not complete. */
  private boolean understand(List<List<byte[]>> messages) throws IOException {
    int begin = in.position();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    boolean complete = false;
    while (in.hasRemaining() && !complete) {
      byte next = in.get();
      complete = next == '\n';
      text.write(next);
    }
    String line = text.toString(US_ASCII).strip();
    if (complete && (line.startsWith("MSG ") || line.startsWith("HMSG "))) {
      int length = Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
      complete = in.remaining() >= length + 2;
      if (complete) {
        byte[] payload = new byte[length];
        in.get(payload);
        in.position(in.position() + 2);
        if (line.startsWith("MSG ")) {
          take(payload, messages);
        } else if (accepted != null) {
          throw new EOFException("the server is not at the broker");
        }
      }
    } else if (complete && line.equals("PING")) {
      channel.write("PONG\r\n".getBytes(US_ASCII));
    } else if (complete && line.startsWith("-ERR")) {
      throw new IOException(line);
    }
    if (!complete) {
      in.position(begin);
    }
    return complete;
  }

  private void take(byte[] payload, List<List<byte[]>> messages) throws IOException {
    if (accepted == null) {
      if (handshake.read(payload) instanceof NodeHandshake.Accepted now) {
        accepted = now;
        stage = Stage.READY;
        now.session().ping();
        messages.add(List.of(ConnectionNotice.HELLO));
      }
      return;
    }
    SealedSession session = accepted.session();
    if (SealedSession.idOf(payload) != null) {
      session.open(payload);
    }
    if (session.ended() != null) {
      throw new IOException(session.ended());
    }
    for (SealedSession.Message next = session.poll(); next != null; next = session.poll()) {
      messages.add(next.frames());
    }
  }

  @Override
  public void send(List<byte[]> frames) throws IOException {
    accepted.session().add(frames);
    say();
  }

  @Override
  public void ping() throws IOException {
    accepted.session().ping();
    say();
  }

  private void say() throws IOException {
    if (accepted != null) {
      for (byte[] next = accepted.session().next();
          next != null;
          next = accepted.session().next()) {
        publish(accepted.subject(), next);
      }
    }
    channel.flush();
  }

  private void publish(String subject, byte[] payload) throws IOException {
    channel.write(
        ("PUB " + subject + " " + inbox + " " + payload.length + "\r\n").getBytes(US_ASCII));
    channel.write(payload);
    channel.write(new byte[] {'\r', '\n'});
    channel.flush();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
