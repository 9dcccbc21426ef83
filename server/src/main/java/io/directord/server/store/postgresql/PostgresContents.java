package io.directord.server.store.postgresql;

import io.directord.server.store.ContentArchive;
import io.directord.server.store.ReadConnections;
import io.directord.server.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/**
 * Contents in parts. One that is incomplete is in no list, and is replaced when it is put again.
 */
final class PostgresContents implements ContentArchive, AutoCloseable {
  private static final int PART_BYTES = 1 << 20;

  private final PostgresDatabase database;
  private final long epoch;
  private final ReadConnections<Connection, SQLException> connections;

  /**
   * @param epoch in which contents may be removed
   */
  PostgresContents(PostgresDatabase database, long epoch) {
    this.database = database;
    this.epoch = epoch;
    this.connections =
        new ReadConnections<>(
            () -> {
              Connection fresh = database.connect(PostgresDatabase.Use.CONTENT);
              PostgresSchema.session(fresh);
              return fresh;
            });
  }

  /** Work on a connection, which may be done again. */
  private interface Work<T> {
    T run(Connection connection) throws SQLException;
  }

  private <T> T with(Work<T> work) {
    try {
      return connections.read(work::run);
    } catch (SQLException e) {
      throw database.failed(e);
    }
  }

  @Override
  public List<Entry> list() {
    return with(
        connection -> {
          List<Entry> all = new ArrayList<>();
          try (PreparedStatement question =
                  connection.prepareStatement(
                      "SELECT sha256, size, secret FROM directord.contents");
              ResultSet rows = question.executeQuery()) {
            while (rows.next()) {
              String sha256 = HexFormat.of().formatHex(rows.getBytes(1));
              all.add(new Entry(sha256, rows.getLong(2), rows.getBoolean(3)));
            }
          }
          return all;
        });
  }

  @Override
  public void put(Entry entry, InputStream stored) throws IOException {
    byte[] sha256 = HexFormat.of().parseHex(entry.sha256());
    byte[] part = new byte[PART_BYTES];
    int number = 0;
    for (int n = stored.readNBytes(part, 0, PART_BYTES);
        n > 0;
        n = stored.readNBytes(part, 0, PART_BYTES)) {
      Object[] values = {sha256, number++, Arrays.copyOf(part, n)};
      with(
          connection ->
              update(
                  connection,
                  "INSERT INTO directord.content_parts VALUES (?, ?, ?)"
                      + " ON CONFLICT (sha256, part) DO UPDATE SET bytes = EXCLUDED.bytes",
                  values));
    }
    with(
        connection ->
            update(
                connection,
                "INSERT INTO directord.contents VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                sha256,
                entry.bytes(),
                entry.secret()));
  }

  @Override
  public void read(String sha256, OutputStream to) throws IOException {
    byte[] id = HexFormat.of().parseHex(sha256);
    long left = size(id);
    if (left < 0) {
      throw new NoSuchFileException(sha256, null, "the database has no such content");
    }
    for (int number = 0; left > 0; number++) {
      byte[] part = part(id, number);
      if (part == null) {
        throw new IOException("the content " + sha256 + " in the database is cut short");
      }
      to.write(part, 0, (int) Math.min(left, part.length));
      left -= part.length;
    }
  }

  private long size(byte[] sha256) {
    return with(
        connection -> {
          try (PreparedStatement question =
              connection.prepareStatement("SELECT size FROM directord.contents WHERE sha256 = ?")) {
            question.setBytes(1, sha256);
            ResultSet row = question.executeQuery();
            return row.next() ? row.getLong(1) : -1L;
          }
        });
  }

  private byte[] part(byte[] sha256, int number) {
    return with(
        connection -> {
          try (PreparedStatement question =
              connection.prepareStatement(
                  "SELECT bytes FROM directord.content_parts WHERE sha256 = ? AND part = ?")) {
            question.setBytes(1, sha256);
            question.setInt(2, number);
            ResultSet row = question.executeQuery();
            return row.next() ? row.getBytes(1) : null;
          }
        });
  }

  /** In one transaction that fails if another server leads: that one may need them. */
  @Override
  public void remove(Collection<String> contents) {
    with(
        connection -> {
          connection.setAutoCommit(false);
          try (PreparedStatement leads =
              connection.prepareStatement(
                  "SELECT 1 FROM directord.format WHERE epoch = ? FOR SHARE")) {
            leads.setLong(1, epoch);
            if (!leads.executeQuery().next()) {
              throw StoreException.notLeading(database.location());
            }
          }
          for (String sha256 : contents) {
            byte[] id = HexFormat.of().parseHex(sha256);
            update(connection, "DELETE FROM directord.contents WHERE sha256 = ?", id);
            update(connection, "DELETE FROM directord.content_parts WHERE sha256 = ?", id);
          }
          connection.commit();
          connection.setAutoCommit(true);
          return null;
        });
  }

  private static int update(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }

  @Override
  public void close() {
    connections.close();
  }
}
