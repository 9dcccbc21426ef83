package io.directord.zeromq;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * A stranger may say that its public key is a point of low order, which shares the same key with
 * everybody. Taken for a key, it would let him through a handshake without the server's key.
 */
class WeakKeyTest {
  private static final int KEY = CryptoBox.KEY_BYTES;

  /** HSalsa20 of 32 zero bytes. */
  private static final byte[] SHARED_WITH_EVERYBODY =
      HexFormat.of().parseHex("351f86faa3b988468a850122b65b0acece9c4826806aeee63de9c0da2bd7f91e");

  private final ZContext context = new ZContext(1);

  @AfterEach
  void close() {
    context.close();
  }

  /** All points of low order, RFC 7748 section 6.1 and the encodings that are not canonical. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080",
      })
  void aPointOfLowOrderSharesNoKey(String point) {
    byte[] secret = random(KEY);
    assertNull(CryptoBox.sharedKey(HexFormat.of().parseHex(point), secret));
  }

  @Test
  void aStrangerWithSuchAKeyIsNotWelcome() throws IOException {
    ZMQ.Socket router = context.createSocket(SocketType.ROUTER);
    byte[] secret = random(KEY);
    router.setCurveServer(true);
    router.setCurveSecretKey(secret);
    router.setCurvePublicKey(CryptoBox.publicKey(secret));
    int port = router.bindToRandomPort("tcp://127.0.0.1");

    try (Socket stranger = new Socket(InetAddress.getLoopbackAddress(), port)) {
      stranger.setSoTimeout(240_000);
      OutputStream out = stranger.getOutputStream();
      DataInputStream in = new DataInputStream(stranger.getInputStream());
      out.write(greeting());
      in.readFully(new byte[64]);
      out.write(hello());

      in.readUnsignedByte();
      byte[] reply = new byte[in.readUnsignedByte()];
      in.readFully(reply);
      assertEquals("ERROR", new String(reply, 1, reply[0], US_ASCII));
    }
  }

  private static byte[] greeting() {
    return ByteBuffer.allocate(64)
        .put((byte) 0xff)
        .putLong(1)
        .put((byte) 0x7f)
        .put((byte) 3)
        .put((byte) 1)
        .put("CURVE".getBytes(US_ASCII))
        .array();
  }

  /** As a frame; whoever has the server's key makes it with the key that both share. */
  private static byte[] hello() {
    byte[] plain = new byte[32 + 64];
    byte[] box = new byte[plain.length];
    byte[] nonce = Arrays.copyOf("CurveZMQHELLO---".getBytes(US_ASCII), 24);
    CryptoBox.seal(box, plain, plain.length, nonce, SHARED_WITH_EVERYBODY);
    return ByteBuffer.allocate(2 + 200)
        .put((byte) 4)
        .put((byte) 200)
        .put((byte) 5)
        .put("HELLO".getBytes(US_ASCII))
        .put((byte) 1)
        .put((byte) 0)
        .position(2 + 80 + KEY + Long.BYTES)
        .put(box, 16, 80)
        .array();
  }

  private static byte[] random(int count) {
    byte[] bytes = new byte[count];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }
}
