package io.directord.server.link.zeromq;

import io.directord.common.security.CurveKeyPair;
import io.directord.server.link.Credential;
import io.directord.server.link.LargeSender;
import io.directord.server.link.MessageSender;
import io.directord.zeromq.InboundConnection;
import java.util.List;
import java.util.Set;

/** A connection to a ROUTER socket. */
public final class ZeroMqAddress implements LargeSender {
  private final MessageSender sender;
  private final byte[] routingId;
  private final Credential credential;
  private final String host;
  private final InboundConnection connection;
  private final Set<String> identities;
  private final List<CurveKeyPair> joinKeys;
  private volatile boolean ended;

  /**
   * One that may enrol as any node.
   *
   * @param routingId of the connection
   */
  public ZeroMqAddress(
      MessageSender sender,
      byte[] routingId,
      Credential credential,
      String host,
      InboundConnection connection) {
    this(sender, routingId, credential, host, connection, Set.of(), List.of());
  }

  /**
   * @param routingId of the connection
   * @param identities that may enrol with the credential; empty for any
   * @param joinKeys as {@link #joinKeys}
   */
  ZeroMqAddress(
      MessageSender sender,
      byte[] routingId,
      Credential credential,
      String host,
      InboundConnection connection,
      Set<String> identities,
      List<CurveKeyPair> joinKeys) {
    this.joinKeys = joinKeys;
    this.identities = identities;
    this.sender = sender;
    this.routingId = routingId;
    this.credential = credential;
    this.host = host;
    this.connection = connection;
  }

  @Override
  public MessageSender sender() {
    return sender;
  }

  public byte[] routingId() {
    return routingId;
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

  @Override
  public String host() {
    return host;
  }

  /** Ends the connection, with a log message; nothing more is sent. */
  void end(String why) {
    ended = true;
    connection.end(why);
  }

  @Override
  public void endSoon(String why) {
    connection.end(why);
  }

  @Override
  public boolean grant(long bytes) {
    return connection.grant(bytes);
  }

  @Override
  public boolean isGranted() {
    return connection.isGranted();
  }

  @Override
  public long begun() {
    return connection.begun();
  }

  /** The peer's IP address and port, as far as they are known; see {@link InboundConnection}. */
  String line() {
    return connection == null ? host : connection.address();
  }

  /** Whether sending to it has ended. */
  boolean isEnded() {
    return ended;
  }

  @Override
  public String toString() {
    return host;
  }
}
