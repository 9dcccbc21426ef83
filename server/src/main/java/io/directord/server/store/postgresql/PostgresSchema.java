package io.directord.server.store.postgresql;

import io.directord.common.validation.LaterVersionException;
import io.directord.server.store.StoreException;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/**
 * The tables, and whose they are: one server uses them at a time. Values are bytes, as the file
 * store has them, so that any encoding of the database will do.
 */
final class PostgresSchema {
  private static final System.Logger LOG = System.getLogger(PostgresSchema.class.getName());
  private static final int VERSION = 1;

  /** The number of the advisory lock, in ASCII: director. */
  private static final long LOCK = 0x6469726563746f72L;

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  /** Has the database notice within half a minute that the machine of this server is gone. */
  private static final String SESSION =
      "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5;"
          + " SET tcp_keepalives_count = 3; SET lock_timeout = '5s'";

  /** A role or a database may have it off, which loses what was acknowledged. */
  private static final String DURABLE =
      "SELECT set_config('synchronous_commit', 'on', false)"
          + " WHERE current_setting('synchronous_commit') = 'off'";

  private static final String TABLES =
      """
      CREATE TABLE directord.format (version integer NOT NULL, id uuid NOT NULL,
        commits bigint NOT NULL);
      CREATE TABLE directord.jobs (seq bigint PRIMARY KEY, id uuid NOT NULL, parent uuid NOT NULL,
        cancelled boolean NOT NULL, job bytea NOT NULL);
      CREATE INDEX jobs_id ON directord.jobs (id);
      CREATE INDEX jobs_parent ON directord.jobs (parent, seq);
      CREATE TABLE directord.results (seq bigint, target integer, result bytea NOT NULL,
        PRIMARY KEY (seq, target));
      CREATE TABLE directord.summaries (seq bigint PRIMARY KEY, summary bytea NOT NULL);
      CREATE TABLE directord.nodes (identity bytea PRIMARY KEY, node bytea NOT NULL);
      CREATE TABLE directord.runs (parent uuid PRIMARY KEY, nodes bytea NOT NULL, progress bytea);
      """;

  /** What an earlier version of the same format has not made. */
  private static final String ADDED =
      """
      CREATE TABLE IF NOT EXISTS directord.tokens (name bytea PRIMARY KEY, token bytea NOT NULL);
      CREATE TABLE IF NOT EXISTS directord.schedules (name bytea PRIMARY KEY,
        schedule bytea NOT NULL, state bytea NOT NULL);
      """;

  private final PostgresDatabase database;

  /** The tables that this server uses; null before it knows. */
  private State known;

  /**
   * Which tables they are, and how old.
   *
   * @param commits how many changed them
   */
  private record State(UUID id, long commits) {}

  PostgresSchema(PostgresDatabase database) {
    this.database = database;
  }

  /**
   * Claims the tables for this connection, for as long as it is open, and makes them if there are
   * none.
   *
   * @throws StoreException if another server has them, a later version made them, or they are not
   *     those that this server used before
   */
  void claim(Connection connection) throws SQLException {
    execute(connection, SESSION);
    lock(connection);
    connection.setAutoCommit(false);
    State found = exists(connection, "to_regclass('directord.format')") ? read(connection) : null;
    requireKnown(found);
    if (found == null) {
      found = create(connection);
    }
    execute(connection, ADDED);
    execute(connection, DURABLE);
    connection.commit();
    if (known == null) {
      warnOfRisks(connection);
    }
    known = found;
  }

  /** What was acknowledged must not be lost in silence. */
  private void requireKnown(State found) {
    if (known == null) {
      return;
    }
    if (found == null || !found.id.equals(known.id)) {
      throw StoreException.replaced(database.location());
    }
    if (found.commits < known.commits) {
      throw StoreException.older(database.location(), known.commits - found.commits);
    }
  }

  /** Counts a commit, as its last change; {@link #committed} follows. */
  long count(Connection connection) throws SQLException {
    try (PreparedStatement count =
            connection.prepareStatement(
                "UPDATE directord.format SET commits = commits + 1 RETURNING commits");
        ResultSet row = count.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /** So many commits are durable. */
  void committed(long commits) {
    known = new State(known.id, commits);
  }

  private void lock(Connection connection) throws SQLException {
    // One that was cut off may still have the lock, and a change on its way.
    try (PreparedStatement end =
        connection.prepareStatement(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE application_name = ? AND pid <> pg_backend_pid()")) {
      end.setString(1, database.name(PostgresDatabase.Use.WRITER));
      end.executeQuery().close();
    }
    try {
      execute(connection, "SELECT pg_advisory_lock(" + LOCK + ")");
    } catch (SQLException e) {
      if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        throw new StoreException(
            "another server uses "
                + database.location()
                + holder(connection)
                + ": stop it, or give this one another --datastore",
            e);
      }
      throw e;
    }
  }

  private static String holder(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT host(client_addr), backend_start::timestamptz(0)"
                    + " FROM pg_locks JOIN pg_stat_activity USING (pid)"
                    + " WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND classid = "
                    + (LOCK >>> 32)
                    + " AND objid = "
                    + (LOCK & 0xffffffffL))) {
      return row.next() && row.getString(1) != null
          ? ", from " + row.getString(1) + " since " + row.getString(2)
          : "";
    }
  }

  private static boolean exists(Connection connection, String what) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT " + what + " IS NOT NULL")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private State read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT version, id, commits FROM directord.format")) {
      if (!row.next()) {
        return null;
      }
      if (row.getInt(1) > VERSION) {
        throw new StoreException(
            new LaterVersionException(
                "the store " + database.location(), "the version " + row.getInt(1), "database"));
      }
      return new State(row.getObject(2, UUID.class), row.getLong(3));
    }
  }

  private static State create(Connection connection) throws SQLException {
    if (!exists(connection, "to_regnamespace('directord')")) {
      execute(connection, "CREATE SCHEMA directord");
    }
    execute(connection, TABLES);
    UUID id = UUID.randomUUID();
    execute(connection, "INSERT INTO directord.format VALUES (" + VERSION + ", '" + id + "', 0)");
    return new State(id, 0);
  }

  private void warnOfRisks(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT current_setting('fsync'), current_setting('full_page_writes')")) {
      row.next();
      for (int i = 1; i <= 2; i++) {
        if (row.getString(i).equals("off")) {
          LOG.log(
              Level.WARNING,
              "{0} runs with {1} = off: when its machine fails, jobs and results are lost that were"
                  + " acknowledged",
              database.location(),
              i == 1 ? "fsync" : "full_page_writes");
        }
      }
    }
    connection.commit();
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
