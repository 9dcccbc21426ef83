package io.directord.server.store.postgresql;

import io.directord.common.json.Json;
import io.directord.server.store.Change;
import io.directord.server.store.StoredJob;
import io.directord.server.store.StoredJson;
import io.directord.server.store.StoredResult;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Brings changes into the tables, those of a kind in one batch. Batches are sent in the order of
 * {@link Kind}, which changes nothing: what a job needs stands before it, and whatever may undo an
 * earlier change is sent by itself, when all before it is.
 */
final class PostgresChanges implements AutoCloseable {
  /** Of more jobs at once, the database may need longer than it is waited for. */
  private static final int MAX_FORGOTTEN = 1000;

  private final Connection connection;
  private final Map<Kind, PreparedStatement> batches = new EnumMap<>(Kind.class);

  /** A statement that is sent in batches. */
  private enum Kind {
    JOB(
        "INSERT INTO directord.jobs VALUES (?, ?, ?, ?, ?) ON CONFLICT (seq) DO UPDATE"
            + " SET id = EXCLUDED.id, parent = EXCLUDED.parent, cancelled = EXCLUDED.cancelled,"
            + " job = EXCLUDED.job"),
    RESULT(
        "INSERT INTO directord.results SELECT seq, ?, ? FROM directord.jobs WHERE seq = ?"
            + " ON CONFLICT (seq, target) DO UPDATE SET result = EXCLUDED.result"),
    SUMMARY(
        "INSERT INTO directord.summaries SELECT seq, ? FROM directord.jobs WHERE seq = ?"
            + " ON CONFLICT (seq) DO UPDATE SET summary = EXCLUDED.summary"),
    RUN(
        "INSERT INTO directord.runs VALUES (?, ?, NULL)"
            + " ON CONFLICT (parent) DO UPDATE SET nodes = EXCLUDED.nodes"),
    PROGRESS("UPDATE directord.runs SET progress = ? WHERE parent = ?"),
    SCHEDULE(
        "INSERT INTO directord.schedules VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE"
            + " SET schedule = EXCLUDED.schedule, state = EXCLUDED.state"),
    SCHEDULE_STATE("UPDATE directord.schedules SET state = ? WHERE name = ?"),
    NODE(
        "INSERT INTO directord.nodes VALUES (?, ?)"
            + " ON CONFLICT (identity) DO UPDATE SET node = EXCLUDED.node"),
    HOOK_EVENT(
        "INSERT INTO directord.hook_events VALUES (?, ?)"
            + " ON CONFLICT (key) DO UPDATE SET event = EXCLUDED.event"),
    JOIN_TOKEN(
        "INSERT INTO directord.join_tokens VALUES (?, ?)"
            + " ON CONFLICT (id) DO UPDATE SET token = EXCLUDED.token"),
    TOKEN(
        "INSERT INTO directord.tokens VALUES (?, ?)"
            + " ON CONFLICT (name) DO UPDATE SET token = EXCLUDED.token");

    private final String sql;

    Kind(String sql) {
      this.sql = sql;
    }
  }

  /**
   * @param connection of which a transaction takes the changes
   */
  PostgresChanges(Connection connection) {
    this.connection = connection;
  }

  void apply(Change change) throws SQLException {
    if (change instanceof Change.PutJob put) {
      StoredJob job = put.job();
      add(
          Kind.JOB,
          job.seq(),
          job.job().id(),
          job.job().parent().id(),
          job.cancelled(),
          StoredJson.write(job));
    } else if (change instanceof Change.PutResult put) {
      add(Kind.RESULT, put.target(), StoredResult.write(put.outcome()), put.seq());
    } else if (change instanceof Change.PutSummary put) {
      add(Kind.SUMMARY, Json.bytes(put.summary()), put.seq());
    } else if (change instanceof Change.CancelJobs cancel) {
      now("UPDATE directord.jobs SET cancelled = true WHERE seq = ANY (?)", seqs(cancel.seqs()));
    } else if (change instanceof Change.ForgetJobs forget) {
      forget(forget.seqs());
    } else if (change instanceof Change.MakeGood) {
      throw new IllegalArgumentException("a database tells of no loss");
    } else if (change instanceof Change.PutRun put) {
      add(Kind.RUN, put.parent(), Json.bytes(put.nodes()));
    } else if (change instanceof Change.PutProgress put) {
      add(Kind.PROGRESS, Json.bytes(put.progress()), put.parent());
    } else if (change instanceof Change.ForgetRun forget) {
      now("DELETE FROM directord.runs WHERE parent = ?", forget.parent());
    } else if (change instanceof Change.PutSchedule put) {
      byte[] name = utf8(put.schedule().name());
      add(Kind.SCHEDULE, name, put.schedule().write(), Json.bytes(put.state()));
    } else if (change instanceof Change.PutScheduleState put) {
      add(Kind.SCHEDULE_STATE, Json.bytes(put.state()), utf8(put.name()));
    } else if (change instanceof Change.ForgetSchedule forget) {
      now("DELETE FROM directord.schedules WHERE name = ?", utf8(forget.name()));
    } else if (change instanceof Change.PutNode put) {
      add(Kind.NODE, utf8(put.node().identity()), Json.bytes(put.node()));
    } else if (change instanceof Change.ForgetNode forget) {
      now("DELETE FROM directord.nodes WHERE identity = ?", utf8(forget.identity()));
    } else if (change instanceof Change.PutToken put) {
      add(Kind.TOKEN, utf8(put.token().name()), Json.bytes(put.token()));
    } else if (change instanceof Change.ForgetToken forget) {
      now("DELETE FROM directord.tokens WHERE name = ?", utf8(forget.name()));
    } else if (change instanceof Change.PutJoinToken put) {
      add(Kind.JOIN_TOKEN, utf8(put.token().id()), Json.bytes(put.token()));
    } else if (change instanceof Change.ForgetJoinToken forget) {
      now("DELETE FROM directord.join_tokens WHERE id = ?", utf8(forget.id()));
    } else if (change instanceof Change.PutHookEvent put) {
      add(Kind.HOOK_EVENT, utf8(put.event().key()), Json.bytes(put.event()));
    } else if (change instanceof Change.ForgetHookEvent forget) {
      now("DELETE FROM directord.hook_events WHERE key = ?", utf8(forget.key()));
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void forget(List<Long> seqs) throws SQLException {
    for (int i = 0; i < seqs.size(); i += MAX_FORGOTTEN) {
      Array part = seqs(seqs.subList(i, Math.min(seqs.size(), i + MAX_FORGOTTEN)));
      for (String table : List.of("results", "summaries", "jobs")) {
        now("DELETE FROM directord." + table + " WHERE seq = ANY (?)", part);
      }
    }
  }

  private Array seqs(List<Long> seqs) throws SQLException {
    return connection.createArrayOf("bigint", seqs.toArray());
  }

  private void add(Kind kind, Object... values) throws SQLException {
    PreparedStatement batch = batches.get(kind);
    if (batch == null) {
      batch = connection.prepareStatement(kind.sql);
      batches.put(kind, batch);
    }
    set(batch, values);
    batch.addBatch();
  }

  private void now(String sql, Object value) throws SQLException {
    send();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      set(statement, value);
      statement.executeUpdate();
    }
  }

  private static void set(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }

  /** Sends what is gathered. */
  void send() throws SQLException {
    for (PreparedStatement batch : batches.values()) {
      batch.executeBatch();
    }
  }

  @Override
  public void close() throws SQLException {
    for (PreparedStatement batch : batches.values()) {
      batch.close();
    }
  }
}
