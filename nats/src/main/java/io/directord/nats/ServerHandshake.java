package io.directord.nats;

import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.NoiseHandshake;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;

/** A server's side of a handshake with one node. Not thread-safe. */
public final class ServerHandshake {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final NoiseHandshake noise;
  private final Hello hello;

  /**
   * What a node says when it begins.
   *
   * @param previous id of its session before; zeros if there is none
   * @param inbox where it receives
   * @param host IP address, as it says itself
   */
  public record Hello(byte[] previous, String inbox, String host) {}

  /**
   * @param answer to be sent to the node
   */
  public record Opened(SealedSession session, byte[] answer) {}

  private ServerHandshake(NoiseHandshake noise, Hello hello) {
    this.noise = noise;
    this.hello = hello;
  }

  /** Whether it may be the first message of a handshake. */
  public static boolean isHello(byte[] message) {
    return message.length > 1
        && message.length <= HelloText.MAX_BYTES
        && message[0] == HelloText.HELLO;
  }

  /**
   * Reads the first message of a node; it may be one that was sent long ago.
   *
   * @throws GeneralSecurityException if it was not made for this server and site, as by a node that
   *     has another shared key
   */
  public static ServerHandshake of(Subjects subjects, CurveKeyPair keys, byte[] message)
      throws GeneralSecurityException {
    NoiseHandshake noise = NoiseHandshake.responder(HelloText.prologue(subjects), keys);
    byte[] text = noise.readFirst(Arrays.copyOfRange(message, 1, message.length));
    Hello hello = HelloText.readNode(text);
    if (!subjects.isNode(hello.inbox)) {
      throw new GeneralSecurityException("a node that receives elsewhere");
    }
    return new ServerHandshake(noise, hello);
  }

  public Hello hello() {
    return hello;
  }

  /** The node's public key. That the node has the secret one is shown by its first record only. */
  public byte[] nodeKey() {
    return noise.remoteKey();
  }

  /**
   * Opens a session; once.
   *
   * @param subject where the server receives what is said in it
   * @param limits of the node's messages
   */
  public Opened accept(String subject, SealedSession.Limits limits)
      throws GeneralSecurityException {
    byte[] id = new byte[SealedSession.ID_BYTES];
    RANDOM.nextBytes(id);
    byte[] answer = answer(HelloText.accepted(id, subject));
    return new Opened(new SealedSession(id, noise.session(), limits), answer);
  }

  /** The answer to a node that is not admitted; once. */
  public byte[] refuse(String why) throws GeneralSecurityException {
    return answer(HelloText.refused(why));
  }

  private byte[] answer(byte[] text) throws GeneralSecurityException {
    byte[] second = noise.second(text);
    return ByteBuffer.allocate(1 + second.length).put(HelloText.ANSWER).put(second).array();
  }
}
