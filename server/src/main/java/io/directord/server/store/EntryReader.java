package io.directord.server.store;

import java.lang.System.Logger.Level;
import java.nio.BufferUnderflowException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import tools.jackson.core.JacksonException;

/** Reads entries of tables. A damaged one counts as missing, which is logged once. */
final class EntryReader {
  private static final System.Logger LOG = System.getLogger(EntryReader.class.getName());

  private final Path file;
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  EntryReader(Path file) {
    this.file = file;
  }

  /** The value of the key as it is read by the reader; null if there is none, or it is damaged. */
  <K, V> V read(StoreTable<K> table, K key, Function<byte[], V> reader) {
    try {
      byte[] value = table.get(key);
      return value == null ? null : reader.apply(value);
    } catch (DamagedValueException | JacksonException | BufferUnderflowException e) {
      String what = table.name() + " " + key;
      if (told.add(what)) {
        LOG.log(
            Level.ERROR,
            "the store {0} is damaged: the entry {1} of {2} cannot be read and counts as missing;"
                + " the next start of the server keeps the file aside and makes a sound one",
            file,
            key,
            table.name());
      }
      return null;
    }
  }
}
