package io.directord.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.target.Target;
import io.directord.server.node.TargetResolver.Selection;
import io.directord.server.store.StoredNode;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TargetResolverTest {
  private static final Moment BEGIN = new Moment(Duration.ZERO, Instant.EPOCH);
  private static final Duration EXPIRY = Duration.ofSeconds(180);

  @Test
  void everyNodeLeavesOutThoseThatHaveExpiredUnlessTheyAreNamedToo() {
    TargetResolver resolver = resolver("web-2", "web-1");

    assertEquals(List.of("web-1", "web-2"), resolve(resolver).identities());

    NodeRegistry half = registry("a", "b");
    half.find("a").expire();
    Selection every = resolve(new TargetResolver(half));
    assertEquals(List.of("b"), every.identities());
    assertEquals(List.of("a"), every.leftOut().stream().map(Node::identity).toList());

    Selection both =
        new TargetResolver(half).resolve(List.of(new Target.OneNode("a"), new Target.EveryNode()));
    assertEquals(List.of("a", "b"), both.identities());
    assertEquals(List.of(), both.leftOut());
  }

  @Test
  void namedNodesAreFoundOnceInTheirOrderAndOthersAreLeftAside() {
    assertEquals(
        List.of("web-2", "web-1"),
        resolve(resolver("web-1", "web-2"), "web-2", "nope", "web-1", "web-2").identities());
  }

  @Test
  void whatStandsForNoNodeIsToldWithTheNearestName() {
    TargetResolver resolver = resolver("web-1", "db-1");

    assertEquals(Optional.empty(), resolver.error(new Target.OneNode("web-1")));
    assertEquals(Optional.empty(), resolver.error(new Target.EveryNode()));
    assertEquals(
        Optional.of("unknown node web-9 (did you mean web-1?); there are: db-1, web-1"),
        resolver.error(new Target.OneNode("web-9")));
  }

  @Test
  void whereThereIsNoNodeItSaysWhatToDo() {
    TargetResolver none = resolver();
    String start = "no node has enrolled yet: start `directord client` on one";

    assertEquals(Optional.of(start), none.error(new Target.EveryNode()));
    assertEquals(Optional.of("unknown node a: " + start), none.error(new Target.OneNode("a")));

    NodeRegistry gone = registry("a");
    gone.find("a").expire();
    assertEquals(
        Optional.of("all nodes have expired: see `directord manage --list-nodes`"),
        new TargetResolver(gone).error(new Target.EveryNode()));
    assertEquals(Optional.empty(), new TargetResolver(gone).error(new Target.OneNode("a")));
  }

  private static Selection resolve(TargetResolver resolver, String... names) {
    return resolver.resolve(Target.of(List.of(names)));
  }

  private static TargetResolver resolver(String... identities) {
    return new TargetResolver(registry(identities));
  }

  private static NodeRegistry registry(String... identities) {
    List<StoredNode> known =
        Arrays.stream(identities)
            .map(
                name ->
                    new StoredNode(
                        name, "key-" + name, "", "1.0", "zeromq", Instant.EPOCH, new UUID(0, 1)))
            .toList();
    return new NodeRegistry(EXPIRY, known, BEGIN);
  }
}
