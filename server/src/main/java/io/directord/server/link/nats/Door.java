package io.directord.server.link.nats;

import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.Z85;
import io.directord.nats.SealedSession;
import io.directord.nats.ServerHandshake;
import io.directord.nats.Subjects;
import io.directord.server.link.LinkSecurity;
import io.directord.server.link.MessageSender;
import io.directord.server.link.MinuteLog;
import io.directord.server.link.Refusals;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Set;

/** Decides who gets a session. Belongs to the transport's thread. */
final class Door {
  private static final String WRONG_KEY =
      "a node tried to join over the broker with another shared key, or for another nats_prefix, and"
          + " got nothing. Give it this server's key, or stop it";

  private static final String NOT_ADMITTED =
      "refused a node whose key is not in the directory public_keys";

  /** Where somebody is who has proved nothing. */
  private static final String BROKER = "NATS";

  private final Subjects subjects;
  private final String subject;
  private final LinkSecurity security;

  /** The server's own; two while the shared key is changed. */
  private final List<CurveKeyPair> keys;

  /** By which nodes without the shared key know the server. */
  private final List<CurveKeyPair> joinKeys;

  private final SealedSession.Limits limits;
  private final MinuteLog minuteLog;
  private final Refusals refusals;

  /** What a node is answered. */
  sealed interface Answer {
    byte[] bytes();

    String inbox();
  }

  /** A session, which begins with the node's first record. */
  record Admitted(NatsAddress peer) implements Answer {
    @Override
    public byte[] bytes() {
      return peer.answer();
    }

    @Override
    public String inbox() {
      return peer.inbox();
    }
  }

  /** None. */
  record Refused(String inbox, byte[] bytes) implements Answer {}

  /**
   * @param subject where nodes say what they say in their sessions
   * @param limits of their messages
   */
  Door(
      Subjects subjects,
      String subject,
      LinkSecurity security,
      SealedSession.Limits limits,
      MinuteLog minuteLog,
      Refusals refusals) {
    this.subjects = subjects;
    this.subject = subject;
    this.security = security;
    this.keys =
        security instanceof LinkSecurity.KeyFiles files
            ? List.of(files.keys())
            : ((LinkSecurity.Shared) security).all();
    this.joinKeys = security instanceof LinkSecurity.Shared shared ? shared.joinKeys() : List.of();
    this.limits = limits;
    this.minuteLog = minuteLog;
    this.refusals = refusals;
  }

  /**
   * Answers the first message of a handshake.
   *
   * @return null if it is from somebody who does not know this server's key, and gets nothing
   */
  Answer answer(MessageSender sender, byte[] message, long now) {
    ServerHandshake handshake = read(keys, message);
    List<CurveKeyPair> needed = handshake == null ? joinKeys : List.of();
    if (handshake == null) {
      handshake = read(joinKeys, message);
    }
    if (handshake == null) {
      return unknown();
    }
    try {
      ServerHandshake.Hello hello = handshake.hello();
      String host = NatsAddress.host(hello);
      String key = Z85.encode(handshake.nodeKey());
      Set<String> identities = identities(key);
      if (identities == null) {
        minuteLog.warn(host, NOT_ADMITTED);
        refusals.addKey(key, host, NOT_ADMITTED);
        return new Refused(hello.inbox(), handshake.refuse(NOT_ADMITTED));
      }
      ServerHandshake.Opened opened = handshake.accept(subject, limits);
      return new Admitted(
          new NatsAddress(sender, opened, hello, handshake.nodeKey(), identities, needed, now));
    } catch (GeneralSecurityException e) {
      return unknown();
    }
  }

  private Answer unknown() {
    minuteLog.warn(BROKER, WRONG_KEY);
    refusals.add(null, BROKER, WRONG_KEY);
    return null;
  }

  /** Null if it was not made for any of these. */
  private ServerHandshake read(List<CurveKeyPair> pairs, byte[] message) {
    for (CurveKeyPair pair : pairs) {
      try {
        return ServerHandshake.of(subjects, pair, message);
      } catch (GeneralSecurityException e) {
        // Perhaps for the next one.
        continue;
      }
    }
    return null;
  }

  /** Notes that a node has proved its key. */
  void entered(NatsAddress peer) {
    refusals.admitted(peer.credential().text(), peer.host());
  }

  private Set<String> identities(String key) {
    return security instanceof LinkSecurity.KeyFiles files ? files.admitted().get(key) : Set.of();
  }
}
