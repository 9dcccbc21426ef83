package io.directord.server.store;

/** A value in a table is not as it was written. */
final class DamagedValueException extends RuntimeException {
  DamagedValueException(String table, Object key) {
    super("the entry " + key + " of table " + table + " is damaged");
  }
}
