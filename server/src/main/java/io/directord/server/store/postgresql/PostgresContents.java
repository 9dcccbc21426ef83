package io.directord.server.store.postgresql;

import io.directord.server.store.ContentArchive;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/**
 * Contents in parts. One that is incomplete is in no list, and is replaced when it is put again.
 */
final class PostgresContents implements ContentArchive {
  private static final int PART_BYTES = 1 << 20;

  /** Of one transaction, in which other work of the server may have to wait. */
  private static final int MAX_REMOVED = 20;

  private final LeaderConnections connections;

  PostgresContents(LeaderConnections connections) {
    this.connections = connections;
  }

  /** Also removes what was left by those that were not put to their end. */
  @Override
  public List<Entry> list() {
    return connections.with(
        connection -> {
          Statements.update(
              connection,
              "DELETE FROM directord.content_parts p WHERE NOT EXISTS"
                  + " (SELECT FROM directord.contents c WHERE c.sha256 = p.sha256)"
                  + " AND EXISTS (SELECT FROM directord.format WHERE epoch = ?)",
              connections.epoch());
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

  /** Only while this server leads: else it might write what the one that does removes. */
  @Override
  public void put(Entry entry, InputStream stored) throws IOException {
    byte[] sha256 = HexFormat.of().parseHex(entry.sha256());
    byte[] part = new byte[PART_BYTES];
    int number = 0;
    for (int n = stored.readNBytes(part, 0, PART_BYTES);
        n > 0;
        n = stored.readNBytes(part, 0, PART_BYTES)) {
      connections.change(
          "INSERT INTO directord.content_parts SELECT ?::bytea, ?::integer, ?::bytea"
              + " FROM directord.format WHERE epoch = ?"
              + " ON CONFLICT (sha256, part) DO UPDATE SET bytes = EXCLUDED.bytes",
          sha256,
          number++,
          Arrays.copyOf(part, n),
          connections.epoch());
    }
    connections.change(
        "INSERT INTO directord.contents SELECT ?::bytea, ?::bigint, ?::boolean"
            + " FROM directord.format WHERE epoch = ? FOR SHARE"
            + " ON CONFLICT (sha256) DO UPDATE SET size = EXCLUDED.size, secret = EXCLUDED.secret",
        sha256,
        entry.bytes(),
        entry.secret(),
        connections.epoch());
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
        throw new NoSuchFileException(sha256, null, "the content in the database is cut short");
      }
      to.write(part, 0, (int) Math.min(left, part.length));
      left -= part.length;
    }
  }

  private long size(byte[] sha256) {
    return connections.with(
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
    return connections.with(
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

  /** Fails if another server leads: that one may need them. */
  @Override
  public void remove(Collection<String> contents) {
    List<String> all = List.copyOf(contents);
    for (int i = 0; i < all.size(); i += MAX_REMOVED) {
      removeTogether(all.subList(i, Math.min(all.size(), i + MAX_REMOVED)));
    }
  }

  private void removeTogether(List<String> contents) {
    connections.together(
        connection -> {
          for (String sha256 : contents) {
            byte[] id = HexFormat.of().parseHex(sha256);
            Statements.update(connection, "DELETE FROM directord.contents WHERE sha256 = ?", id);
            Statements.update(
                connection, "DELETE FROM directord.content_parts WHERE sha256 = ?", id);
          }
          return null;
        });
  }
}
