package io.directord.server.dispatch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Values by a key that several of them may have, in the order in which they were added. */
final class Grouped<K, V> {
  private final Map<K, List<V>> groups = new HashMap<>();

  void add(K key, V value) {
    groups.computeIfAbsent(key, first -> new ArrayList<>(1)).add(value);
  }

  /** The values of a key; may be empty. */
  List<V> of(K key) {
    return groups.getOrDefault(key, List.of());
  }

  /** Removes those of these values that it has. */
  void removeAll(Collection<V> gone, Function<V, K> key) {
    Map<K, Set<V>> byKey = new HashMap<>();
    gone.forEach(
        value -> byKey.computeIfAbsent(key.apply(value), first -> new HashSet<>()).add(value));
    byKey.forEach(this::remove);
  }

  /** Goes once through all values of the key, however many are removed. */
  private void remove(K key, Set<V> gone) {
    List<V> all = groups.get(key);
    if (all != null && all.removeAll(gone) && all.isEmpty()) {
      groups.remove(key);
    }
  }
}
