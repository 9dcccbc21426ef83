package io.directord.server.store;

/** Thrown for a damaged value in a table. */
final class DamagedValueException extends RuntimeException {
  DamagedValueException(String table, Object key) {
    super("the entry " + key + " of table " + table + " is damaged");
  }
}
