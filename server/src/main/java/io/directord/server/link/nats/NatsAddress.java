package io.directord.server.link.nats;

import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.Z85;
import io.directord.nats.SealedSession;
import io.directord.nats.ServerHandshake;
import io.directord.server.link.Credential;
import io.directord.server.link.LargeSender;
import io.directord.server.link.MessageSender;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One session of a node. All but {@link #endSoon} and what never changes belongs to the transport's
 * thread.
 */
final class NatsAddress implements LargeSender {
  private static final Pattern IP_ADDRESS = Pattern.compile("[0-9a-fA-F.:%]{2,60}");

  /** Where a node is that does not say its address. */
  private static final String UNKNOWN = "a node behind the broker";

  private final MessageSender sender;
  private final SealedSession session;
  private final ServerHandshake.Hello hello;
  private final byte[] answer;
  private final Credential.NodeKey credential;
  private final Set<String> identities;
  private final List<CurveKeyPair> joinKeys;
  private volatile String endSoon;
  private boolean confirmed;
  private long heardAt;

  /**
   * @param nodeKey the node's public key
   * @param identities that may enrol with it; empty for any
   * @param joinKeys as {@link #joinKeys}
   */
  NatsAddress(
      MessageSender sender,
      ServerHandshake.Opened opened,
      ServerHandshake.Hello hello,
      byte[] nodeKey,
      Set<String> identities,
      List<CurveKeyPair> joinKeys,
      long now) {
    this.joinKeys = joinKeys;
    this.sender = sender;
    this.session = opened.session();
    this.answer = opened.answer();
    this.hello = hello;
    this.credential = new Credential.NodeKey(Z85.encode(nodeKey));
    this.identities = identities;
    this.heardAt = now;
  }

  @Override
  public MessageSender sender() {
    return sender;
  }

  @Override
  public Credential credential() {
    return credential;
  }

  @Override
  public Set<String> identities() {
    return identities;
  }

  @Override
  public List<CurveKeyPair> joinKeys() {
    return joinKeys;
  }

  /** As the node says itself: the broker hides where it is. */
  @Override
  public String host() {
    return host(hello);
  }

  static String host(ServerHandshake.Hello hello) {
    return IP_ADDRESS.matcher(hello.host()).matches() ? hello.host() : UNKNOWN;
  }

  @Override
  public String origin() {
    return credential.z85();
  }

  @Override
  public void endSoon(String why) {
    endSoon = why;
  }

  /** Why it is to end with the node's next message; null if it is not. */
  String endsSoon() {
    return endSoon;
  }

  SealedSession session() {
    return session;
  }

  /** Where the node receives. */
  String inbox() {
    return hello.inbox();
  }

  /** The id of the node's session before this one. */
  byte[] previous() {
    return hello.previous();
  }

  /** The server's message of the handshake. */
  byte[] answer() {
    return answer;
  }

  /** Notes that a record of the session has come, by which the node has proved its key. */
  void heard(long now) {
    heardAt = now;
    confirmed = true;
  }

  boolean isConfirmed() {
    return confirmed;
  }

  /** When it was last heard. */
  long heardAt() {
    return heardAt;
  }

  @Override
  public boolean grant(long bytes) {
    return session.grant(bytes);
  }

  @Override
  public boolean isGranted() {
    return session.isGranted();
  }

  @Override
  public long begun() {
    return session.begun();
  }

  @Override
  public String toString() {
    return host();
  }
}
