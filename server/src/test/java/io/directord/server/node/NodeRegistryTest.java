package io.directord.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.wire.JournalState;
import io.directord.server.store.StoredNode;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeRegistryTest {
  private static final Moment BEGIN = new Moment(Duration.ZERO, Instant.EPOCH);
  private static final Duration EXPIRY = Duration.ofSeconds(6);

  private final StoredNode known =
      new StoredNode("a", "key", "", "1.0", "zeromq", Instant.EPOCH, JournalState.UNKNOWN);
  private final NodeRegistry nodes =
      new NodeRegistry(EXPIRY, List.of(known), new JoinTokens(), BEGIN);

  /** It notices only after 15 seconds that the server before this one is silent. */
  @Test
  void aNodeHasTimeToFindAServerThatHasTakenOverHoweverShortTheExpiryIs() {
    assertEquals(List.of(), expired(29));
    assertEquals(1, nodes.find("a").left(after(29), EXPIRY).toSeconds());
    assertEquals(List.of("a"), expired(31));
  }

  @Test
  void aNodeThatWasHeardOfExpiresInItsTime() {
    nodes.find("a").heard(after(2));
    assertEquals(List.of(), expired(8));
    assertEquals(List.of("a"), expired(9));
  }

  @Test
  void aLongExpiryIsNotShortened() {
    NodeRegistry patient =
        new NodeRegistry(Duration.ofSeconds(180), List.of(known), new JoinTokens(), BEGIN);
    assertEquals(List.of(), patient.expire(after(180)));
    assertEquals(1, patient.expire(after(181)).size());
  }

  private List<String> expired(int seconds) {
    return nodes.expire(after(seconds)).stream().map(Node::identity).toList();
  }

  private static Moment after(int seconds) {
    return BEGIN.plus(Duration.ofSeconds(seconds));
  }
}
