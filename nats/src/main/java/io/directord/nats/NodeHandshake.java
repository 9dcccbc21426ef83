package io.directord.nats;

import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.NoiseHandshake;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * A node's side of a handshake. The same first message is sent again until an answer has come, so a
 * server that has made a session of it answers that again. Not thread-safe.
 */
public final class NodeHandshake {
  private final NoiseHandshake noise;
  private final byte[] first;
  private final SealedSession.Limits limits;

  /** What the server has answered. */
  public sealed interface Answer {}

  /**
   * @param subject where the server receives what is said in the session
   */
  public record Accepted(SealedSession session, String subject) implements Answer {}

  /** The server knows the node's key, and does not admit it. */
  public record Refused(String why) implements Answer {}

  /**
   * @param keys the node's
   * @param serverKey the server's public key
   * @param previous the session before, which ends with this one; null if there is none
   * @param inbox where the answer and the session are received
   * @param host the node's IP address as the broker sees it, for people; may be empty
   * @param limits of the server's messages
   */
  public NodeHandshake(
      Subjects subjects,
      CurveKeyPair keys,
      byte[] serverKey,
      byte[] previous,
      String inbox,
      String host,
      SealedSession.Limits limits) {
    this.noise = NoiseHandshake.initiator(HelloText.prologue(subjects), keys, serverKey);
    this.limits = limits;
    byte[] before = previous == null ? new byte[SealedSession.ID_BYTES] : previous;
    byte[] hello = noise.first(HelloText.node(before, inbox, host));
    this.first = ByteBuffer.allocate(1 + hello.length).put(HelloText.HELLO).put(hello).array();
  }

  /** To be sent to {@link Subjects#hello}, and sent again until there is an answer. */
  public byte[] hello() {
    return first;
  }

  /**
   * @return null if it is not the server's answer to this; it is ignored then
   */
  public Answer read(byte[] message) {
    if (message.length > HelloText.MAX_BYTES
        || message.length < 1
        || message[0] != HelloText.ANSWER) {
      return null;
    }
    try {
      byte[] answer = noise.readSecond(Arrays.copyOfRange(message, 1, message.length));
      String refusal = HelloText.refusal(answer);
      if (refusal != null) {
        return new Refused(refusal);
      }
      byte[] id = HelloText.session(answer);
      return new Accepted(
          new SealedSession(id, noise.session(), limits), HelloText.subject(answer));
    } catch (GeneralSecurityException e) {
      return null;
    }
  }
}
