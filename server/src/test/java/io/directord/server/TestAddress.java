package io.directord.server;

import io.directord.server.link.Credential;
import io.directord.server.link.MessageSender;
import io.directord.server.link.NodeAddress;
import java.util.Set;

/** The address of a node that a test plays; nothing can end its connection. */
public final class TestAddress implements NodeAddress {
  private final MessageSender sender;
  private final Credential credential;
  private final Set<String> identities;

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
    this.sender = sender;
    this.credential = credential;
    this.identities = identities;
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
