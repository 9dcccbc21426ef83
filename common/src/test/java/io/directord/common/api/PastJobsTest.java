package io.directord.common.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PastJobsTest {
  private final Random random = new Random(1);

  @Test
  void anyNumberOfJobsFitsIntoAHeadAndNoneIsMissing() {
    for (int number : new int[] {1, 100, 101, 1000, 100_000}) {
      Set<UUID> open = ids(number);
      PastJobs sent = PastJobs.of(open);
      assertTrue(sent.ids().length() + sent.marks().length() < 8 << 10, "of " + number);
      PastJobs taken = PastJobs.parse(sent.ids(), sent.marks());
      assertEquals(sent, taken);
      assertTrue(open.stream().allMatch(taken::contains), "of " + number);
    }
  }

  @Test
  void ofTheOthersAlmostNoneIsAmongThem() {
    PastJobs past = PastJobs.of(ids(1000));
    assertTrue(ids(1000).stream().filter(past::contains).count() < 100);
    assertEquals(0, ids(1000).stream().filter(PastJobs.of(ids(100))::contains).count());
    assertTrue(PastJobs.parse("", "").contains(UUID.randomUUID()));
    assertFalse(PastJobs.parse("", "AA==").contains(UUID.randomUUID()));
  }

  @Test
  void whatIsNeitherIdsNorMarksIsRefused() {
    for (String marks : new String[] {"?", "AAAA", "A".repeat(12 << 10)}) {
      assertThrows(IllegalArgumentException.class, () -> PastJobs.parse("", marks), marks);
    }
    String tooMany = String.join(",", ids(101).stream().map(UUID::toString).toList());
    assertThrows(IllegalArgumentException.class, () -> PastJobs.parse(tooMany, ""));
    assertThrows(IllegalArgumentException.class, () -> PastJobs.parse("x", ""));
  }

  private Set<UUID> ids(int number) {
    Set<UUID> ids = new HashSet<>();
    while (ids.size() < number) {
      ids.add(new UUID(random.nextLong(), random.nextLong()));
    }
    return ids;
  }
}
