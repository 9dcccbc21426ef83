package io.directord.server.store.postgresql;

import io.directord.server.store.FetchedArchive;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** What FETCH has brought, in parts. One that is incomplete is in no list. */
final class PostgresFetched implements FetchedArchive {
  private static final int PART_BYTES = 1 << 20;

  /** Of one transaction, in which other work of the server may have to wait. */
  private static final int MAX_REMOVED = 20;

  private static final String OF_KEY = " WHERE job = ? AND node = ?";
  private static final int REMOVED = -1;

  private final LeaderConnections connections;

  PostgresFetched(LeaderConnections connections) {
    this.connections = connections;
  }

  /** Also removes what was left by those that were not put to their end. */
  @Override
  public List<Entry> list() {
    return connections.with(
        connection -> {
          Statements.update(
              connection,
              "DELETE FROM directord.fetched_parts p WHERE NOT EXISTS"
                  + " (SELECT FROM directord.fetched f WHERE f.job = p.job AND f.node = p.node)"
                  + " AND EXISTS (SELECT FROM directord.format WHERE epoch = ?)",
              connections.epoch());
          List<Entry> all = new ArrayList<>();
          try (PreparedStatement question =
                  connection.prepareStatement(
                      "SELECT job, node, owner, receipt, size FROM directord.fetched");
              ResultSet rows = question.executeQuery()) {
            while (rows.next()) {
              Key key = new Key(rows.getObject(1, UUID.class), text(rows.getBytes(2)));
              all.add(new Entry(key, text(rows.getBytes(3)), rows.getBytes(4), rows.getLong(5)));
            }
          }
          return all;
        });
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void put(Entry entry, InputStream content) throws IOException {
    boolean done = false;
    try {
      putAll(entry, content);
      done = true;
    } finally {
      if (!done) {
        removeParts(entry.key());
      }
    }
  }

  private void putAll(Entry entry, InputStream content) throws IOException {
    UUID job = entry.key().job();
    byte[] node = utf8(entry.key().node());
    byte[] part = new byte[PART_BYTES];
    int number = 0;
    for (int n = content.readNBytes(part, 0, PART_BYTES);
        n > 0;
        n = content.readNBytes(part, 0, PART_BYTES)) {
      connections.change(
          "INSERT INTO directord.fetched_parts SELECT ?::uuid, ?::bytea, ?::integer, ?::bytea"
              + " FROM directord.format WHERE epoch = ?"
              + " ON CONFLICT (job, node, part) DO UPDATE SET bytes = EXCLUDED.bytes",
          job,
          node,
          number++,
          Arrays.copyOf(part, n),
          connections.epoch());
    }
    connections.change(
        "INSERT INTO directord.fetched SELECT ?::uuid, ?::bytea, ?::bytea, ?::bytea, ?::bigint"
            + " FROM directord.format WHERE epoch = ? FOR SHARE"
            + " ON CONFLICT (job, node) DO UPDATE SET owner = EXCLUDED.owner,"
            + " receipt = EXCLUDED.receipt, size = EXCLUDED.size",
        job,
        node,
        utf8(entry.owner()),
        entry.receipt(),
        entry.bytes(),
        connections.epoch());
  }

  /** What cannot be removed now is removed by {@link #list} of the next leader. */
  private void removeParts(Key key) {
    try {
      connections.together(connection -> delete(connection, "fetched_parts", key));
    } catch (RuntimeException e) {
      // Why it was not put is told already.
      return;
    }
  }

  private static Void delete(Connection connection, String table, Key key) throws SQLException {
    Statements.update(
        connection, "DELETE FROM directord." + table + OF_KEY, key.job(), utf8(key.node()));
    return null;
  }

  @Override
  public byte[] read(Key key, long offset, int max) {
    return connections.with(
        connection -> {
          try (PreparedStatement question =
                  Statements.prepare(
                      connection,
                      "SELECT f.size, substring(p.bytes FROM ? FOR ?) FROM directord.fetched f"
                          + " LEFT JOIN directord.fetched_parts p"
                          + " ON p.job = f.job AND p.node = f.node AND p.part = ?"
                          + " WHERE f.job = ? AND f.node = ?",
                      (int) (offset % PART_BYTES) + 1,
                      max,
                      (int) (offset / PART_BYTES),
                      key.job(),
                      utf8(key.node()));
              ResultSet row = question.executeQuery()) {
            if (!row.next() || row.getLong(1) < 0) {
              return null;
            }
            byte[] part = row.getBytes(2);
            if (part == null) {
              return offset < row.getLong(1) ? null : new byte[0];
            }
            return part;
          }
        });
  }

  @Override
  public void removeContent(Key key) {
    connections.together(
        connection -> {
          Statements.update(
              connection,
              "UPDATE directord.fetched SET size = ?" + OF_KEY,
              REMOVED,
              key.job(),
              utf8(key.node()));
          return delete(connection, "fetched_parts", key);
        });
  }

  /** Fails if another server leads: that one may need them. */
  @Override
  public void remove(Collection<Key> keys) {
    List<Key> all = List.copyOf(keys);
    for (int i = 0; i < all.size(); i += MAX_REMOVED) {
      List<Key> some = all.subList(i, Math.min(all.size(), i + MAX_REMOVED));
      connections.together(
          connection -> {
            for (Key key : some) {
              delete(connection, "fetched", key);
              delete(connection, "fetched_parts", key);
            }
            return null;
          });
    }
  }
}
