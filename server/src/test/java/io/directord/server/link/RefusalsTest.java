package io.directord.server.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.RefusedNode;
import io.directord.server.TestClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusalsTest {
  private final TestClock clock = new TestClock();
  private final Refusals refusals = new Refusals(clock);

  @Test
  void whoTriesAgainIsOneEntryThatCounts() {
    refusals.add("a", "10.0.0.1", "another key");
    refusals.add("b", "10.0.0.2", "another machine");
    clock.advance(Duration.ofMinutes(1));
    refusals.add("a", "10.0.0.1", "another key");

    List<RefusedNode> all = refusals.all();
    assertEquals(List.of("a", "b"), all.stream().map(RefusedNode::identity).toList());
    assertEquals(2, all.get(0).count());
    assertEquals(clock.instant(), all.get(0).lastAt());
  }

  @Test
  void whoHasJoinedOrGivenUpIsNotShown() {
    refusals.add("a", "10.0.0.1", "another key");
    refusals.add(null, "10.0.0.1", "another shared key");
    refusals.add("b", "10.0.0.2", "another machine");
    refusals.addKey("k", "10.0.0.1", "an unknown key");
    refusals.admitted("k", "10.0.0.1");
    refusals.joined("a", "10.0.0.1");
    assertEquals(2, refusals.all().size());
    clock.advance(Duration.ofHours(2));
    assertEquals(List.of(), refusals.all());
  }

  @Test
  void whoIsRefusedStaysWhenAnotherJoinsFromItsAddress() {
    refusals.add(null, "10.0.0.1", "another shared key");
    refusals.addKey("k", "10.0.0.1", "an unknown key");
    refusals.joined("b", "10.0.0.1");
    refusals.admitted("l", "10.0.0.1");
    refusals.add(null, "10.0.0.1", "another shared key");

    List<RefusedNode> all = refusals.all();
    assertEquals(List.of(2L, 1L), all.stream().map(RefusedNode::count).toList());
    assertEquals("another shared key", all.get(0).reason());
  }

  @Test
  void neitherManyStrangersNorLongNamesTakeMuch() {
    for (int i = 0; i < 10_000; i++) {
      refusals.add("x".repeat(10_000) + "\n" + i, "10.0.0." + i, "why\u001b[31m".repeat(1000));
    }
    List<RefusedNode> all = refusals.all();
    assertEquals(100, all.size());
    assertTrue(all.get(0).identity().length() <= 80);
    assertTrue(all.get(0).reason().length() <= 500);
    assertTrue(all.get(0).reason().chars().noneMatch(Character::isISOControl));
  }
}
