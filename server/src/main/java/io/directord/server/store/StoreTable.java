package io.directord.server.store;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.DataType;

/**
 * A sorted table. One thread writes, any thread reads.
 *
 * @param <K> type of its keys
 */
final class StoreTable<K> {
  private final Consumer<RedoLog.Mutation> changes;
  private final byte number;
  private final String name;
  private final DataType<K> keys;
  private volatile MVMap<K, byte[]> map;
  private long sum;

  StoreTable(Consumer<RedoLog.Mutation> changes, byte number, String name, DataType<K> keys) {
    this.changes = changes;
    this.number = number;
    this.name = name;
    this.keys = keys;
  }

  String name() {
    return name;
  }

  void open(MVStore store) {
    map = openIn(store);
  }

  MVMap<K, byte[]> openIn(MVStore store) {
    return store.openMap(
        name, new MVMap.Builder<K, byte[]>().keyType(keys).valueType(PageTypes.VALUES));
  }

  MVMap<K, byte[]> map() {
    return map;
  }

  /**
   * The value, or null.
   *
   * @throws DamagedValueException if it is damaged
   */
  byte[] get(K key) {
    byte[] wrapped = map.get(key);
    return wrapped == null ? null : unwrap(key, wrapped);
  }

  private byte[] unwrap(K key, byte[] wrapped) {
    byte[] value = Checked.unwrap(number, key, wrapped);
    if (value == null) {
      throw new DamagedValueException(name, key);
    }
    return value;
  }

  /** Whether the value is undamaged. */
  boolean isSound(K key, byte[] wrapped) {
    return Checked.unwrap(number, key, wrapped) != null;
  }

  boolean contains(K key) {
    return map.containsKey(key);
  }

  /** All keys from this one on; all if it is null. */
  Iterator<K> keys(K from) {
    return map.keyIterator(from);
  }

  List<K> allKeys() {
    List<K> all = new ArrayList<>();
    keys(null).forEachRemaining(all::add);
    return all;
  }

  /** All keys from this one down; all if it is null. */
  Iterator<K> keysDownFrom(K from) {
    return map.keyIteratorReverse(from);
  }

  /** Number of keys below that one; costs the same however many there are. */
  int countBefore(K key) {
    long index = map.getKeyIndex(key);
    return (int) (index < 0 ? -index - 1 : index);
  }

  /** Null if the table is empty. */
  K lastKey() {
    return map.lastKey();
  }

  int size() {
    return map.size();
  }

  void put(K key, byte[] value) {
    byte[] wrapped = Checked.wrap(number, key, value);
    set(key, wrapped);
    changes.accept(new RedoLog.Mutation(number, key, wrapped));
  }

  void remove(K key) {
    set(key, null);
    changes.accept(new RedoLog.Mutation(number, key, null));
  }

  /** The mutation of a {@link #remove}, without applying it. */
  RedoLog.Mutation removal(K key) {
    return new RedoLog.Mutation(number, key, null);
  }

  /** Redoes a mutation of this table. */
  @SuppressWarnings("unchecked")
  void redo(RedoLog.Mutation mutation) {
    set((K) mutation.key(), mutation.value());
  }

  /**
   * @param wrapped null to remove it
   */
  private void set(K key, byte[] wrapped) {
    byte[] before = wrapped == null ? map.remove(key) : map.put(key, wrapped);
    sum += sumOf(key, wrapped) - sumOf(key, before);
  }

  long sumOf(K key, byte[] wrapped) {
    return wrapped == null ? 0 : Checked.sum(number, key, wrapped);
  }

  /**
   * Sum of the checksums of all entries: tells whether the table as a whole is as it was saved,
   * since a page may be sound and of an earlier save.
   */
  long sum() {
    return sum;
  }

  /** To be given what the table that was opened has. */
  void goOnFrom(long sumOfAll) {
    sum = sumOfAll;
  }
}
