package io.directord.server.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupedTest {
  private static final int MANY = 2000;

  private final Grouped<String, Value> grouped = new Grouped<>();
  private int comparisons;

  /** Counts how often it is compared, or its place in a table is looked for. */
  private final class Value {
    private final int number;

    Value(int number) {
      this.number = number;
    }

    String key() {
      return number % 2 == 0 ? "even" : "odd";
    }

    @Override
    public boolean equals(Object other) {
      comparisons++;
      return other instanceof Value value && value.number == number;
    }

    @Override
    public int hashCode() {
      comparisons++;
      return number;
    }
  }

  @Test
  void whatIsRemovedIsGoneAndTheRestStaysInOrder() {
    Value one = new Value(1);
    Value three = new Value(3);
    Value five = new Value(5);
    List.of(one, three, five).forEach(value -> grouped.add(value.key(), value));
    grouped.removeAll(List.of(three, new Value(2)), Value::key);
    assertEquals(List.of(one, five), grouped.of("odd"));
    grouped.removeAll(List.of(five, one), Value::key);
    assertEquals(List.of(), grouped.of("odd"));
  }

  @Test
  void removingManyIsNoMoreWorkForEachOfThem() {
    List<Value> all = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      Value value = new Value(i);
      all.add(value);
      grouped.add(value.key(), value);
    }
    Collections.reverse(all);
    comparisons = 0;

    grouped.removeAll(all, Value::key);

    assertEquals(List.of(), grouped.of("even"));
    assertTrue(comparisons < 10 * MANY, () -> comparisons + " for " + MANY);
  }
}
