package zmq.util;

import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.TreeMap;

/**
 * Values by key, in the order of the keys; a value has one key. JeroMQ keeps its timers in it, some
 * for each connection, and looks for the next one at every turn of its I/O loop. Its own class
 * sorts all of them then, which is nearly everything that a server with a thousand connections
 * would do.
 *
 * <p>Not thread-safe.
 */
public final class MultiMap<K extends Comparable<? super K>, V> {
  private final NavigableMap<K, List<V>> values = new TreeMap<>();

  private final Map<V, K> keys = new HashMap<>();

  public void clear() {
    values.clear();
    keys.clear();
  }

  /**
   * The values with their keys, in the order of the keys. May be changed while it is iterated:
   * those removed may still be seen, those inserted under a later key are. JeroMQ depends on that
   * when a timer sets another one: else it would wait for the one after it.
   */
  public Collection<Entry<V, K>> entries() {
    return new AbstractCollection<>() {
      @Override
      public Iterator<Entry<V, K>> iterator() {
        return new Entries();
      }

      @Override
      public int size() {
        return keys.size();
      }
    };
  }

  /** Looks for the next key when it is asked for it, not before. */
  private final class Entries implements Iterator<Entry<V, K>> {
    private K key;
    private Iterator<V> ofKey = Collections.emptyIterator();

    @Override
    public boolean hasNext() {
      while (!ofKey.hasNext()) {
        Entry<K, List<V>> next = key == null ? values.firstEntry() : values.higherEntry(key);
        if (next == null) {
          return false;
        }
        key = next.getKey();
        ofKey = List.copyOf(next.getValue()).iterator();
      }
      return true;
    }

    @Override
    public Entry<V, K> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return Map.entry(ofKey.next(), key);
    }
  }

  public boolean contains(V value) {
    return keys.containsKey(value);
  }

  public K key(V value) {
    return keys.get(value);
  }

  /** The value that is equal to the copy; null if there is none. */
  public V find(V copy) {
    K key = keys.get(copy);
    if (key == null) {
      return null;
    }
    List<V> list = values.get(key);
    return list.get(list.indexOf(copy));
  }

  public boolean hasValues(K key) {
    return values.containsKey(key);
  }

  public boolean isEmpty() {
    return keys.isEmpty();
  }

  /**
   * @return true: a value that was there under another key is moved
   */
  public boolean insert(K key, V value) {
    remove(value);
    values.computeIfAbsent(key, any -> new ArrayList<>()).add(value);
    keys.put(value, key);
    return true;
  }

  /**
   * @return the values of the key; null if there were none
   */
  public Collection<V> remove(K key) {
    List<V> removed = values.remove(key);
    if (removed != null) {
      removed.forEach(keys::remove);
    }
    return removed;
  }

  public boolean remove(V value) {
    K key = keys.get(value);
    return key != null && remove(key, value);
  }

  public boolean remove(K key, V value) {
    List<V> list = values.get(key);
    if (list == null || !list.remove(value)) {
      return false;
    }
    if (list.isEmpty()) {
      values.remove(key);
    }
    keys.remove(value);
    return true;
  }
}
