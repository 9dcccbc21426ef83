package io.directord.bench.crowd;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.directord.common.security.CurveKeyPair;
import io.directord.zeromq.CryptoBox;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The client's half of a CURVE handshake (RFC 26), and what is said after it; makes and reads the
 * bodies of frames, and knows no socket. For one connection.
 */
final class CurveClient {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int KEY_BYTES = CryptoBox.KEY_BYTES;
  private static final int LONG_NONCE_BYTES = 16;

  /** Before the plain and the sealed text in NaCl's interface. */
  private static final int ZERO_BYTES = 32;

  private static final int BOX_ZERO_BYTES = 16;

  private static final byte[] WELCOME = command("WELCOME");
  private static final byte[] READY = command("READY");
  private static final byte[] MESSAGE = command("MESSAGE");
  private static final byte[] SOCKET_TYPE = property("Socket-Type", "DEALER");

  private final byte[] serverKey;
  private final CurveKeyPair lasting;
  private final CurveKeyPair brief = CurveKeyPair.generate();
  private byte[] helloKey;
  private byte[] messageKey;
  private long nonce = 1;

  /** A frame as it was before it was sealed. */
  record Opened(int flags, byte[] body) {}

  /**
   * @param serverKey the server's lasting public key
   * @param lasting the node's
   */
  CurveClient(byte[] serverKey, CurveKeyPair lasting) {
    this.serverKey = serverKey;
    this.lasting = lasting;
  }

  byte[] hello() {
    helloKey = CryptoBox.sharedKey(serverKey, brief.secretKey());
    byte[] counter = counter();
    byte[] proof = seal(new byte[64], joined("CurveZMQHELLO---", counter), helloKey);
    return joined(
        command("HELLO"), new byte[] {1, 0}, new byte[72], brief.publicKey(), counter, proof);
  }

  /**
   * @param welcome the server's answer to {@link #hello}
   * @throws IOException if it is not such an answer
   */
  byte[] initiate(byte[] welcome) throws IOException {
    int at = expect(WELCOME, welcome);
    byte[] theirNonce = Arrays.copyOfRange(welcome, at, at + LONG_NONCE_BYTES);
    byte[] sealed = Arrays.copyOfRange(welcome, at + LONG_NONCE_BYTES, welcome.length);
    byte[] opened = open(sealed, joined("WELCOME-", theirNonce), helloKey);
    byte[] theirBrief = Arrays.copyOf(opened, KEY_BYTES);
    byte[] cookie = Arrays.copyOfRange(opened, KEY_BYTES, opened.length);
    byte[] random = new byte[LONG_NONCE_BYTES];
    RANDOM.nextBytes(random);
    byte[] vouch =
        seal(
            joined(brief.publicKey(), serverKey),
            joined("VOUCH---", random),
            CryptoBox.sharedKey(theirBrief, lasting.secretKey()));
    messageKey = CryptoBox.sharedKey(theirBrief, brief.secretKey());
    byte[] counter = counter();
    byte[] said = joined(lasting.publicKey(), random, vouch, SOCKET_TYPE);
    byte[] box = seal(said, joined("CurveZMQINITIATE", counter), messageKey);
    return joined(command("INITIATE"), cookie, counter, box);
  }

  /**
   * @throws IOException if the server does not take this node
   */
  void ready(byte[] ready) throws IOException {
    int at = expect(READY, ready);
    open(ready, at, "CurveZMQREADY---");
  }

  byte[] seal(int flags, byte[] body) {
    byte[] counter = counter();
    byte[] plain = joined(new byte[] {(byte) flags}, body);
    return joined(MESSAGE, counter, seal(plain, joined("CurveZMQMESSAGEC", counter), messageKey));
  }

  Opened open(byte[] frame) throws IOException {
    int at = expect(MESSAGE, frame);
    byte[] plain = open(frame, at, "CurveZMQMESSAGES");
    return new Opened(plain[0], Arrays.copyOfRange(plain, 1, plain.length));
  }

  private byte[] open(byte[] frame, int at, String prefix) throws IOException {
    byte[] counter = Arrays.copyOfRange(frame, at, at + Long.BYTES);
    byte[] sealed = Arrays.copyOfRange(frame, at + Long.BYTES, frame.length);
    return open(sealed, joined(prefix, counter), messageKey);
  }

  private static int expect(byte[] command, byte[] frame) throws IOException {
    if (!Arrays.equals(command, Arrays.copyOf(frame, command.length))) {
      throw new IOException("not a " + new String(command, US_ASCII).strip());
    }
    return command.length;
  }

  private static byte[] seal(byte[] plain, byte[] nonce, byte[] key) {
    byte[] padded = joined(new byte[ZERO_BYTES], plain);
    byte[] sealed = new byte[padded.length];
    CryptoBox.seal(sealed, padded, padded.length, nonce, key);
    return Arrays.copyOfRange(sealed, BOX_ZERO_BYTES, sealed.length);
  }

  private static byte[] open(byte[] sealed, byte[] nonce, byte[] key) throws IOException {
    byte[] padded = joined(new byte[BOX_ZERO_BYTES], sealed);
    byte[] plain = new byte[padded.length];
    if (!CryptoBox.open(plain, padded, padded.length, nonce, key)) {
      throw new IOException("sealed with another key");
    }
    return Arrays.copyOfRange(plain, ZERO_BYTES, plain.length);
  }

  private byte[] counter() {
    return ByteBuffer.allocate(Long.BYTES).putLong(nonce++).array();
  }

  private static byte[] command(String name) {
    return joined(new byte[] {(byte) name.length()}, name.getBytes(US_ASCII));
  }

  private static byte[] property(String name, String value) {
    byte[] length = ByteBuffer.allocate(Integer.BYTES).putInt(value.length()).array();
    return joined(command(name), length, value.getBytes(US_ASCII));
  }

  private static byte[] joined(String first, byte[] second) {
    return joined(first.getBytes(US_ASCII), second);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
