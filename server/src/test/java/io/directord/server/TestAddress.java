package io.directord.server;

import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.Z85;
import io.directord.server.link.Credential;
import io.directord.server.link.MessageSender;
import io.directord.server.link.NodeAddress;
import java.util.List;
import java.util.Set;

/** The address of a node that a test plays; nothing can end its connection. */
public final class TestAddress implements NodeAddress {
  private final MessageSender sender;
  private final Credential credential;
  private final Set<String> identities;
  private final List<CurveKeyPair> joinKeys;

  /**
   * @param sender null if nothing is sent
   */
  public TestAddress(MessageSender sender, Credential credential) {
    this(sender, credential, Set.of());
  }

  /**
   * @param identities that may enrol with the credential; empty for any
   */
  public TestAddress(MessageSender sender, Credential credential, Set<String> identities) {
    this(sender, credential, identities, List.of());
  }

  /** One that knows the server by one of its join keys. */
  public static TestAddress joining(CurveKeyPair node, CurveKeyPair... joinKeys) {
    return new TestAddress(
        null, new Credential.NodeKey(Z85.encode(node.publicKey())), Set.of(), List.of(joinKeys));
  }

  private TestAddress(
      MessageSender sender,
      Credential credential,
      Set<String> identities,
      List<CurveKeyPair> joinKeys) {
    this.joinKeys = joinKeys;
    this.sender = sender;
    this.credential = credential;
    this.identities = identities;
  }

  @Override
  public List<CurveKeyPair> joinKeys() {
    return joinKeys;
  }

  @Override
  public Set<String> identities() {
    return identities;
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
  public String host() {
    return "127.0.0.1";
  }

  @Override
  public void endSoon(String why) {}
}
