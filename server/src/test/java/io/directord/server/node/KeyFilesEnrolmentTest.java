package io.directord.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.directord.common.wire.ClientFacts;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.JournalState;
import io.directord.server.TestAddress;
import io.directord.server.link.Credential;
import io.directord.server.link.NodeAddress;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Whom a key in the directory public_keys lets enrol. */
class KeyFilesEnrolmentTest {
  private static final Moment NOW = new Moment(Duration.ZERO, Instant.EPOCH);

  private NodeRegistry registry =
      new NodeRegistry(Duration.ofMinutes(3), List.of(), new JoinTokens(), NOW);

  @Test
  void theKeyOfANodeEnrolsNoOther() {
    Admission admission = join(peer(Set.of("evil")), "web-9");

    assertEquals(
        "its key is that of evil in the directory public_keys of the server: give this node the"
            + " --identity evil, or name that file web-9.key and start the server anew",
        assertInstanceOf(Admission.Refused.class, admission).reason());
    assertInstanceOf(Admission.Joined.class, join(peer(Set.of("evil")), "evil"));
  }

  @Test
  void aKeyThatMayBeThatOfAnyNodeEnrolsMany() {
    assertInstanceOf(Admission.Joined.class, join(peer(Set.of()), "web-1"));
    assertInstanceOf(Admission.Joined.class, join(peer(Set.of()), "web-2"));
  }

  @Test
  void whoIsEnrolledStaysSoWhateverTheFileIsCalled() {
    join(peer(Set.of()), "web-1");
    registry =
        new NodeRegistry(
            Duration.ofMinutes(3), List.of(registry.find("web-1").pinned()), new JoinTokens(), NOW);

    assertInstanceOf(Admission.Joined.class, join(peer(Set.of("old-name")), "web-1"));
  }

  private static NodeAddress peer(Set<String> identities) {
    return new TestAddress(null, new Credential.NodeKey("k"), identities);
  }

  private Admission join(NodeAddress peer, String identity) {
    ClientFacts facts = new ClientFacts("1", Duration.ZERO, Duration.ZERO, "", "zeromq");
    Heartbeat beat =
        new Heartbeat(
            identity, facts, Heartbeat.PROTOCOL, UUID.randomUUID(), Set.of(), JournalState.UNKNOWN);
    return registry.heartbeat(peer, beat, NOW);
  }
}
