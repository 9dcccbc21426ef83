package io.directord.bench.crowd;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.directord.common.security.CurveKeyPair;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection that speaks ZMTP 3.1 with CURVE (RFC 23, RFC 26) over a channel of its own, so
 * that a node takes one file descriptor. Used by its group's thread only.
 */
final class ZmtpLine implements Line {
  private static final int MORE = 1;
  private static final int LARGE = 2;
  private static final int COMMAND = 4;

  /** The flag of a command within a sealed frame. */
  private static final int SEALED_COMMAND = 2;

  private static final int GREETING_BYTES = 64;
  private static final int SIGNATURE_BYTES = 10;
  private static final byte[] PING = {4, 'P', 'I', 'N', 'G', 0, 0};
  private static final byte[] PONG = {4, 'P', 'O', 'N', 'G'};

  private final LineChannel channel;
  private final CurveClient curve;
  private final List<byte[]> parts = new ArrayList<>();
  private Stage stage = Stage.CONNECTING;
  private ByteBuffer in = ByteBuffer.allocate(GREETING_BYTES);

  ZmtpLine(
      SocketAddress server, byte[] serverKey, CurveKeyPair keys, Selector selector, Object owner)
      throws IOException {
    curve = new CurveClient(serverKey, keys);
    channel = new LineChannel(server, selector, owner);
  }

  @Override
  public Stage stage() {
    return stage;
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
      take(shared);
      understand(messages);
    }
    return messages;
  }

  @Override
  public void send(List<byte[]> frames) throws IOException {
    for (int i = 0; i < frames.size(); i++) {
      seal(i < frames.size() - 1 ? MORE : 0, frames.get(i));
    }
    channel.flush();
  }

  @Override
  public void ping() throws IOException {
    seal(SEALED_COMMAND, PING);
    channel.flush();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void connected() throws IOException {
    stage = Stage.WAITING;
    channel.write(greeting(), 0, SIGNATURE_BYTES);
    channel.flush();
  }

  private static byte[] greeting() {
    return ByteBuffer.allocate(GREETING_BYTES)
        .put((byte) 0xff)
        .putLong(1)
        .put((byte) 0x7f)
        .put((byte) 3)
        .put((byte) 1)
        .put("CURVE".getBytes(US_ASCII))
        .array();
  }

  private void take(ByteBuffer read) {
    if (in.remaining() < read.remaining()) {
      in = ByteBuffer.allocate(in.position() + read.remaining()).put(in.flip());
    }
    in.put(read);
  }

  private void understand(List<List<byte[]>> messages) throws IOException {
    in.flip();
    if (stage == Stage.WAITING && in.remaining() >= SIGNATURE_BYTES) {
      stage = Stage.GREETING;
      channel.write(greeting(), SIGNATURE_BYTES, GREETING_BYTES - SIGNATURE_BYTES);
    }
    if (stage == Stage.GREETING && in.remaining() >= GREETING_BYTES) {
      in.position(in.position() + GREETING_BYTES);
      stage = Stage.HELLO_SENT;
      frame(COMMAND, curve.hello());
    }
    if (stage.compareTo(Stage.HELLO_SENT) >= 0) {
      for (byte[] frame = next(); frame != null; frame = next()) {
        handle(frame, messages);
      }
    }
    // Most of the time nothing is left, and a thousand idle connections need no memory.
    in = ByteBuffer.allocate(in.remaining()).put(in);
    channel.flush();
  }

  /** The body of the next frame; null if it is not complete. */
  private byte[] next() {
    if (in.remaining() < 2) {
      return null;
    }
    int begin = in.position();
    boolean large = (in.get() & LARGE) != 0;
    if (large && in.remaining() < Long.BYTES) {
      in.position(begin);
      return null;
    }
    long length = large ? in.getLong() : in.get() & 0xff;
    if (in.remaining() < length) {
      in.position(begin);
      return null;
    }
    byte[] body = new byte[Math.toIntExact(length)];
    in.get(body);
    return body;
  }

  private void handle(byte[] frame, List<List<byte[]>> messages) throws IOException {
    if (stage == Stage.HELLO_SENT) {
      frame(COMMAND, curve.initiate(frame));
      stage = Stage.INITIATE_SENT;
    } else if (stage == Stage.INITIATE_SENT) {
      curve.ready(frame);
      stage = Stage.READY;
    } else {
      CurveClient.Opened opened = curve.open(frame);
      if ((opened.flags() & SEALED_COMMAND) != 0) {
        pong(opened.body());
        return;
      }
      parts.add(opened.body());
      if ((opened.flags() & MORE) == 0) {
        messages.add(List.copyOf(parts));
        parts.clear();
      }
    }
  }

  private void pong(byte[] command) throws IOException {
    if (command.length >= PING.length && command[2] == PING[2]) {
      byte[] context = new byte[command.length - PING.length];
      System.arraycopy(command, PING.length, context, 0, context.length);
      seal(
          SEALED_COMMAND,
          ByteBuffer.allocate(PONG.length + context.length).put(PONG).put(context).array());
    }
  }

  private void seal(int flags, byte[] body) {
    frame(0, curve.seal(flags, body));
  }

  private void frame(int flags, byte[] body) {
    byte[] head =
        body.length < 256
            ? new byte[] {(byte) flags, (byte) body.length}
            : ByteBuffer.allocate(9).put((byte) (flags | LARGE)).putLong(body.length).array();
    channel.write(head);
    channel.write(body);
  }
}
