package zmq.util;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MultiMapTest {
  private final MultiMap<Long, String> map = new MultiMap<>();

  @Test
  void givesValuesInTheOrderOfTheirKeys() {
    map.insert(2L, "b");
    map.insert(1L, "z");
    map.insert(3L, "a");
    map.insert(1L, "y");

    assertEquals(
        List.of(Map.entry("z", 1L), Map.entry("y", 1L), Map.entry("b", 2L), Map.entry("a", 3L)),
        List.copyOf(map.entries()));
    assertEquals(4, map.entries().size());
  }

  @Test
  void movesAValueThatHasAKeyAlready() {
    map.insert(1L, "a");
    map.insert(5L, "a");

    assertEquals(5L, map.key("a"));
    assertFalse(map.hasValues(1L));
    assertEquals(1, map.entries().size());
  }

  @Test
  void mayBeChangedWhileItIsIterated() {
    for (long key = 0; key < 10; key++) {
      map.insert(key, "a" + key);
      map.insert(key, "b" + key);
    }

    List<String> seen = new ArrayList<>();
    for (var entry : map.entries()) {
      seen.add(entry.getKey());
      assertTrue(map.remove(entry.getValue(), entry.getKey()));
      map.insert(entry.getValue() + 100, entry.getKey());
      if (seen.size() == 20) {
        break;
      }
    }

    assertEquals("a0", seen.get(0));
    assertEquals("b9", seen.get(19));
    assertEquals(100L, map.entries().iterator().next().getValue());
  }

  @Test
  void findsTheValueItselfByAnEqualOne() {
    String value = new String("a");
    map.insert(1L, value);

    assertSame(value, map.find(new String("a")));
    assertNull(map.find("b"));
    assertTrue(map.contains("a"));
  }

  @Test
  void removesByKeyByValueAndByBoth() {
    map.insert(1L, "a");
    map.insert(1L, "b");
    map.insert(2L, "c");

    assertFalse(map.remove(2L, "a"));
    assertTrue(map.remove("a"));
    assertFalse(map.remove("a"));
    assertEquals(List.of("b"), map.remove(1L));
    assertNull(map.remove(1L));
    assertTrue(map.remove(2L, "c"));
    assertTrue(map.isEmpty());
    assertEquals(List.of(), List.copyOf(map.entries()));
  }

  @Test
  void whatIsInsertedUnderALaterKeyWhileItIsIteratedIsSeen() {
    map.insert(1L, "first");
    map.insert(9L, "last");
    List<String> seen = new ArrayList<>();
    for (var entry : map.entries()) {
      if (seen.isEmpty()) {
        map.insert(5L, "between");
      }
      seen.add(entry.getKey());
    }
    assertEquals(List.of("first", "between", "last"), seen);
  }
}
