package io.directord.server.store.postgresql;

import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.json.Json;
import io.directord.server.rolling.RolloutProgress;
import io.directord.server.store.Change;
import io.directord.server.store.JobStore;
import io.directord.server.store.ReadConnections;
import io.directord.server.store.StoreException;
import io.directord.server.store.StoredHookEvent;
import io.directord.server.store.StoredJob;
import io.directord.server.store.StoredJoinToken;
import io.directord.server.store.StoredJson;
import io.directord.server.store.StoredNode;
import io.directord.server.store.StoredResult;
import io.directord.server.store.StoredRun;
import io.directord.server.store.StoredSchedule;
import io.directord.server.store.StoredToken;
import java.nio.BufferUnderflowException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;

/**
 * Stores everything in a PostgreSQL database, see {@link PostgresSchema}. A commit is one
 * transaction, which fails if another server has been elected since this one was, see {@link
 * PostgresElection}. A connection that is lost is opened anew with the next commit or read.
 */
final class PostgresStore implements JobStore {
  private static final String JOB = "SELECT job, cancelled FROM directord.jobs ";
  private static final String NO_ID = "00000000-0000-0000-0000-000000000000";
  private static final String LAST_ID = NO_ID.replace('0', 'f');

  /** Jobs, or summaries, read at once where a visitor takes one after the other. */
  private static final int PAGE = 100;

  private final PostgresDatabase database;
  private final DatabaseSockets.Group sockets;
  private final PostgresSchema schema;
  private final ReadConnections<Connection, SQLException> readers;

  /** Changes that are not in the tables, as far as is known. */
  private final List<Change> uncommitted = new ArrayList<>();

  /** Null while it is lost. */
  private Connection writer;

  private volatile boolean abandoned;

  /**
   * @param sockets of its connections
   * @param epoch in which it may commit
   */
  PostgresStore(PostgresDatabase database, DatabaseSockets.Group sockets, long epoch) {
    this.database = database;
    this.sockets = sockets;
    this.schema = new PostgresSchema(database, epoch);
    this.readers =
        new ReadConnections<>(() -> database.connect(PostgresDatabase.Use.READER, sockets));
  }

  /** How many commits the database has acknowledged. Any thread. */
  long acknowledged() {
    return schema.acknowledged();
  }

  /** Has every later commit fail, and with its sockets closed the one under way. Any thread. */
  void abandon() {
    abandoned = true;
  }

  @Override
  public String location() {
    return database.location();
  }

  @Override
  public void commit(List<Change> changes) {
    uncommitted.addAll(changes);
    if (uncommitted.isEmpty()) {
      return;
    }
    write(
        connection -> {
          try (PostgresChanges applied = new PostgresChanges(connection)) {
            for (Change change : uncommitted) {
              applied.apply(change);
            }
            applied.send();
          }
          long commits = schema.count(connection);
          connection.commit();
          schema.committed(commits);
        });
    uncommitted.clear();
  }

  /** Looks whether the connection is still there. */
  @Override
  public void upkeep() {
    write(
        connection -> {
          try (PreparedStatement nothing = connection.prepareStatement("SELECT 1")) {
            nothing.execute();
          }
          connection.commit();
        });
  }

  /** Work on the connection that writes. */
  private interface Work {
    void run(Connection connection) throws SQLException;
  }

  private void write(Work work) {
    boolean done = false;
    try {
      requireTerm();
      if (writer == null) {
        writer = database.connect(PostgresDatabase.Use.WRITER, sockets);
        schema.claim(writer);
      }
      requireTerm();
      work.run(writer);
      done = true;
    } catch (SQLException e) {
      throw database.failed(e);
    } finally {
      if (!done) {
        closeWriter();
      }
    }
  }

  private void requireTerm() {
    if (abandoned) {
      throw StoreException.notLeading(location());
    }
  }

  private void closeWriter() {
    if (writer != null) {
      ReadConnections.close(writer);
      writer = null;
    }
  }

  @Override
  public long usableBytes() {
    return Long.MAX_VALUE;
  }

  @Override
  public OptionalLong sizeBytes() {
    return OptionalLong.of(
        numbers(
                "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c"
                    + " JOIN pg_namespace n ON n.oid = c.relnamespace"
                    + " WHERE n.nspname = 'directord' AND c.relkind = 'r'")
            .get(0));
  }

  @Override
  public List<StoredNode> nodes() {
    return all(
        row -> Json.read(row.getBytes(1), StoredNode.class),
        "SELECT node FROM directord.nodes ORDER BY identity");
  }

  @Override
  public List<StoredHookEvent> hookEvents() {
    return all(
        row -> Json.read(row.getBytes(1), StoredHookEvent.class),
        "SELECT event FROM directord.hook_events ORDER BY key");
  }

  @Override
  public List<StoredJoinToken> joinTokens() {
    return all(
        row -> Json.read(row.getBytes(1), StoredJoinToken.class),
        "SELECT token FROM directord.join_tokens ORDER BY id");
  }

  @Override
  public List<StoredToken> tokens() {
    return all(
        row -> Json.read(row.getBytes(1), StoredToken.class),
        "SELECT token FROM directord.tokens ORDER BY name");
  }

  @Override
  public List<StoredJob> unended() {
    return all(
        PostgresStore::job,
        JOB
            + "j WHERE NOT EXISTS (SELECT FROM directord.summaries s WHERE s.seq = j.seq)"
            + " ORDER BY seq");
  }

  @Override
  public List<StoredRun> runs() {
    return all(PostgresStore::run, "SELECT parent, nodes, progress FROM directord.runs");
  }

  @Override
  public List<StoredSchedule.Kept> schedules() {
    return all(
        row -> StoredSchedule.read(row.getBytes(1), row.getBytes(2)),
        "SELECT schedule, state FROM directord.schedules ORDER BY name");
  }

  private static StoredRun run(ResultSet row) throws SQLException {
    byte[] progress = row.getBytes(3);
    return new StoredRun(
        row.getObject(1, UUID.class),
        List.of(Json.read(row.getBytes(2), String[].class)),
        progress == null ? null : Json.read(progress, RolloutProgress.class));
  }

  @Override
  public long lastSeq() {
    return all(row -> row.getLong(1), "SELECT coalesce(max(seq), 0) FROM directord.jobs").get(0);
  }

  @Override
  public Optional<StoredJob> job(UUID id) {
    return one(PostgresStore::job, JOB + "WHERE id = ?", id);
  }

  @Override
  public Optional<StoredJob> job(long seq) {
    return one(PostgresStore::job, JOB + "WHERE seq = ?", seq);
  }

  private static StoredJob job(ResultSet row) throws SQLException {
    StoredJob job = StoredJson.read(row.getBytes(1));
    return row.getBoolean(2) ? job.asCancelled() : job;
  }

  @Override
  public void fromNewest(Predicate<StoredJob> visitor) {
    long before = Long.MAX_VALUE;
    List<StoredJob> page;
    do {
      page = all(PostgresStore::job, JOB + "WHERE seq < ? ORDER BY seq DESC LIMIT " + PAGE, before);
      for (StoredJob job : page) {
        if (!visitor.test(job)) {
          return;
        }
        before = job.seq();
      }
    } while (!page.isEmpty());
  }

  @Override
  public List<UUID> jobIds(String beginning, int max) {
    return ids("id", beginning, max);
  }

  @Override
  public List<UUID> parentIds(String beginning, int max) {
    return ids("parent", beginning, max);
  }

  private List<UUID> ids(String column, String beginning, int max) {
    String first = completed(beginning, NO_ID);
    String last = completed(beginning, LAST_ID);
    if (first == null || last == null) {
      return List.of();
    }
    return all(
        row -> row.getObject(1, UUID.class),
        "SELECT DISTINCT "
            + column
            + " FROM directord.jobs WHERE "
            + column
            + " BETWEEN ? AND ? ORDER BY 1 LIMIT "
            + max,
        UUID.fromString(first),
        UUID.fromString(last));
  }

  /** An id with that beginning; null if none begins so. */
  private static String completed(String beginning, String by) {
    String id = beginning + by.substring(Math.min(beginning.length(), by.length()));
    return id.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}") ? id : null;
  }

  @Override
  public Set<Integer> answered(long seq) {
    return new TreeSet<>(
        all(row -> row.getInt(1), "SELECT target FROM directord.results WHERE seq = ?", seq));
  }

  @Override
  public Optional<NodeOutcome> result(long seq, int target) {
    return one(
        row -> StoredResult.read(row.getBytes(1)),
        "SELECT result FROM directord.results WHERE seq = ? AND target = ?",
        seq,
        target);
  }

  @Override
  public Optional<JobSummary> summary(long seq) {
    return one(
        row -> Json.read(row.getBytes(1), JobSummary.class),
        "SELECT summary FROM directord.summaries WHERE seq = ?",
        seq);
  }

  /** In pages, since to ask for each would take a second for a few thousand. */
  @Override
  public void ended(BiConsumer<Long, JobSummary> visitor) {
    long after = -1;
    List<Map.Entry<Long, JobSummary>> page;
    do {
      page =
          all(
              row -> Map.entry(row.getLong(1), Json.read(row.getBytes(2), JobSummary.class)),
              "SELECT seq, summary FROM directord.summaries WHERE seq > ? ORDER BY seq LIMIT "
                  + PAGE,
              after);
      for (Map.Entry<Long, JobSummary> one : page) {
        visitor.accept(one.getKey(), one.getValue());
        after = one.getKey();
      }
    } while (!page.isEmpty());
  }

  @Override
  public List<Long> seqs(UUID parent) {
    return parent == null
        ? numbers("SELECT seq FROM directord.summaries ORDER BY seq")
        : numbers("SELECT seq FROM directord.jobs WHERE parent = ? ORDER BY seq", parent);
  }

  @Override
  public int endedJobs() {
    return endedJobs(Long.MAX_VALUE);
  }

  @Override
  public int endedJobs(long before) {
    return numbers("SELECT count(*) FROM directord.summaries WHERE seq < ?", before)
        .get(0)
        .intValue();
  }

  @Override
  public List<Long> lastEnded(long before, int max) {
    return numbers(
        "SELECT seq FROM directord.summaries WHERE seq < ? ORDER BY seq DESC LIMIT " + max, before);
  }

  private List<Long> numbers(String sql, Object... values) {
    return all(row -> row.getLong(1), sql, values);
  }

  /** Reads a row. */
  private interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  private <T> Optional<T> one(Row<T> row, String sql, Object... values) {
    return all(row, sql, values).stream().findFirst();
  }

  private <T> List<T> all(Row<T> row, String sql, Object... values) {
    try {
      return readers.read(connection -> all(connection, row, sql, values));
    } catch (SQLException e) {
      throw database.failed(e);
    } catch (JacksonException | BufferUnderflowException e) {
      throw new StoreException(
          "the store " + location() + " has an entry that cannot be read; asked was " + sql, e);
    }
  }

  private static <T> List<T> all(Connection connection, Row<T> row, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = Statements.prepare(connection, sql, values)) {
      List<T> found = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(row.read(rows));
        }
      }
      return found;
    }
  }

  @Override
  public void close() {
    closeWriter();
    readers.close();
  }
}
