package io.directord.attack;

import com.neilalexander.jnacl.crypto.curve25519xsalsa20poly1305;
import io.directord.common.security.CurveKeyPair;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * A peer that speaks ZMTP 3.1 over a plain socket, so that it can say what no library would: frames
 * of a message that never ends, or nothing where an answer is due. Its handshake is complete once
 * it is made.
 */
final class RawPeer implements AutoCloseable {
  static final int MORE = 1;
  static final int COMMAND = 4;

  private static final int LARGE = 2;
  private static final int GREETING_BYTES = 64;
  private static final int HANDSHAKE_MILLIS = 2_000;
  private static final int TRIES = 20;
  private static final int CLOSED_MILLIS = 240_000;

  /** Before the plain and the sealed text in NaCl's interface. */
  private static final int ZERO = 32;

  private static final int BOX_ZERO = 16;

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private byte[] session;
  private long nonce = 1;

  private interface Handshake {
    void with(RawPeer peer) throws IOException;
  }

  private RawPeer(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    this.out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
  }

  /** Has no key, and needs none. */
  static RawPeer stranger(int port) {
    return made(
        port,
        peer -> {
          peer.greet("NULL");
          peer.frame(COMMAND, command("READY", properties()));
          peer.out.flush();
          peer.read();
        });
  }

  /** Has said only the greeting, of a mechanism. */
  static RawPeer greeting(int port, String mechanism) {
    return made(port, peer -> peer.greet(mechanism));
  }

  /** Knows the shared key as a client of the original does. */
  static RawPeer plain(int port, String key, String identity) {
    return made(
        port,
        peer -> {
          peer.greet("PLAIN");
          peer.frame(COMMAND, command("HELLO", joined(shortText("admin"), shortText(key))));
          peer.out.flush();
          peer.read();
          byte[] name = property("Identity", identity);
          peer.frame(COMMAND, command("INITIATE", joined(properties(), name)));
          peer.out.flush();
          peer.read();
        });
  }

  /** Knows the shared key, which the server's own follows from. */
  static RawPeer keyHolder(int port, byte[] serverKey) {
    return made(port, peer -> peer.curve(serverKey, CurveKeyPair.generate()));
  }

  /** JeroMQ forgets to begin with some connections. */
  private static RawPeer made(int port, Handshake handshake) {
    IOException last = null;
    for (int i = 0; i < TRIES; i++) {
      try {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        try {
          socket.setSoTimeout(HANDSHAKE_MILLIS);
          RawPeer peer = new RawPeer(socket);
          handshake.with(peer);
          return peer;
        } catch (IOException e) {
          socket.close();
          throw e;
        }
      } catch (IOException e) {
        last = e;
      }
    }
    throw new UncheckedIOException("no handshake with port " + port, last);
  }

  private void greet(String mechanism) throws IOException {
    ByteBuffer greeting = ByteBuffer.allocate(GREETING_BYTES);
    greeting.put((byte) 0xff).putLong(1).put((byte) 0x7f).put((byte) 3).put((byte) 1);
    greeting.put(ascii(mechanism));
    out.write(greeting.array());
    out.flush();
    in.readFully(new byte[GREETING_BYTES]);
  }

  private void curve(byte[] serverKey, CurveKeyPair own) throws IOException {
    CurveKeyPair transient_ = CurveKeyPair.generate();
    greet("CURVE");
    byte[] proof = box(new byte[64], nonce("CurveZMQHELLO---"), serverKey, transient_.secretKey());
    byte[] hello =
        joined(new byte[] {1, 0}, new byte[72], transient_.publicKey(), counter(), proof);
    frame(COMMAND, command("HELLO", hello));
    out.flush();
    nonce++;
    byte[] welcome = read();
    byte[] fromServer = Arrays.copyOfRange(welcome, 8, 24);
    byte[] opened =
        open(
            Arrays.copyOfRange(welcome, 24, welcome.length),
            joined(ascii("WELCOME-"), fromServer),
            serverKey,
            transient_.secretKey());
    byte[] theirs = Arrays.copyOf(opened, 32);
    byte[] cookie = Arrays.copyOfRange(opened, 32, opened.length);
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    byte[] vouch =
        box(
            joined(transient_.publicKey(), serverKey),
            joined(ascii("VOUCH---"), random),
            theirs,
            own.secretKey());
    byte[] said = joined(own.publicKey(), random, vouch, properties());
    byte[] sealed = box(said, nonce("CurveZMQINITIATE"), theirs, transient_.secretKey());
    frame(COMMAND, command("INITIATE", joined(cookie, counter(), sealed)));
    out.flush();
    nonce++;
    if (!new String(read(), StandardCharsets.ISO_8859_1).startsWith("\5READY")) {
      throw new IOException("refused");
    }
    byte[] key = new byte[32];
    curve25519xsalsa20poly1305.crypto_box_beforenm(key, theirs, transient_.secretKey());
    session = key;
  }

  /** A frame of a message, sealed if need be; it is sent with {@link #flush}. */
  void send(int flags, byte[] body) throws IOException {
    if (session == null) {
      frame(flags, body);
      return;
    }
    int inner = (flags & MORE) | ((flags & COMMAND) == 0 ? 0 : 2);
    byte[] plain = new byte[ZERO + 1 + body.length];
    plain[ZERO] = (byte) inner;
    System.arraycopy(body, 0, plain, ZERO + 1, body.length);
    byte[] sealed = new byte[plain.length];
    curve25519xsalsa20poly1305.crypto_box_afternm(
        sealed, plain, plain.length, nonce("CurveZMQMESSAGEC"), session);
    byte[] box = Arrays.copyOfRange(sealed, BOX_ZERO, sealed.length);
    frame(0, command("MESSAGE", joined(counter(), box)));
    nonce++;
  }

  void flush() throws IOException {
    out.flush();
  }

  /** Only the beginning of a frame: what follows is announced. */
  void announce(long bytes) throws IOException {
    out.write(ByteBuffer.allocate(9).put((byte) LARGE).putLong(bytes).array());
    out.flush();
  }

  /** Sends the same frame over and over, until the other end has closed the connection. */
  void flood(int flags, byte[] body, long limit) {
    try {
      for (long i = 0; i < limit; i++) {
        send(flags, body);
        if (i % 10_000 == 9_999 && isClosed(1)) {
          return;
        }
      }
      flush();
    } catch (IOException e) {
      // It is closed.
      return;
    }
  }

  /** Whether the other end closes the connection; what it says is dropped. */
  boolean isClosed() {
    return isClosed(CLOSED_MILLIS);
  }

  /** Says no more, and returns when the other end has read all that was said: it closes then. */
  void end() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      // It is closed.
      return;
    }
    if (!isClosed()) {
      throw new AssertionError("the other end does not end the connection");
    }
  }

  private boolean isClosed(int millis) {
    try {
      socket.setSoTimeout(millis);
      byte[] dropped = new byte[4096];
      long end = System.nanoTime() + millis * 1_000_000L;
      while (System.nanoTime() < end) {
        if (in.read(dropped) < 0) {
          return true;
        }
      }
      return false;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void frame(int flags, byte[] body) throws IOException {
    if (body.length < 256) {
      out.write(flags);
      out.write(body.length);
    } else {
      out.write(ByteBuffer.allocate(9).put((byte) (flags | LARGE)).putLong(body.length).array());
    }
    out.write(body);
  }

  private byte[] read() throws IOException {
    int flags = in.readUnsignedByte();
    long length = (flags & LARGE) == 0 ? in.readUnsignedByte() : in.readLong();
    byte[] body = new byte[Math.toIntExact(length)];
    in.readFully(body);
    return body;
  }

  private byte[] nonce(String prefix) {
    return joined(ascii(prefix), counter());
  }

  private byte[] counter() {
    return ByteBuffer.allocate(8).putLong(nonce).array();
  }

  private static byte[] box(byte[] plain, byte[] nonce, byte[] theirs, byte[] ours) {
    byte[] padded = joined(new byte[ZERO], plain);
    byte[] sealed = new byte[padded.length];
    curve25519xsalsa20poly1305.crypto_box(sealed, padded, padded.length, nonce, theirs, ours);
    return Arrays.copyOfRange(sealed, BOX_ZERO, sealed.length);
  }

  private static byte[] open(byte[] sealed, byte[] nonce, byte[] theirs, byte[] ours)
      throws IOException {
    byte[] padded = joined(new byte[BOX_ZERO], sealed);
    byte[] plain = new byte[padded.length];
    int rc =
        curve25519xsalsa20poly1305.crypto_box_open(
            plain, padded, padded.length, nonce, theirs, ours);
    if (rc != 0) {
      throw new IOException("cannot be opened");
    }
    return Arrays.copyOfRange(plain, ZERO, plain.length);
  }

  private static byte[] command(String name, byte[] rest) {
    return joined(shortText(name), rest);
  }

  private static byte[] properties() {
    return property("Socket-Type", "DEALER");
  }

  private static byte[] property(String name, String value) {
    byte[] length = ByteBuffer.allocate(4).putInt(value.length()).array();
    return joined(shortText(name), length, ascii(value));
  }

  private static byte[] shortText(String text) {
    return joined(new byte[] {(byte) text.length()}, ascii(text));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
