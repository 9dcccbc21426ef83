package io.directord.server.store.postgresql;

import io.directord.common.validation.LaterVersionException;
import io.directord.server.store.StoreException;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;

/**
 * The tables. Values are bytes, as the file store has them, so that any encoding of the database
 * will do. {@code format} has one row, whose epoch is that of the server that may commit: every
 * commit counts itself there last, and only if the epoch is its own.
 */
final class PostgresSchema {
  private static final System.Logger LOG = System.getLogger(PostgresSchema.class.getName());

  /**
   * The number of the advisory lock, in ASCII: director. Versions of directord that knew no leader
   * hold it as long as they use the tables.
   */
  private static final long LOCK = 0x6469726563746f72L;

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  /**
   * Has the database notice within half a minute that the machine of this server is gone, and end a
   * transaction of a process that was stopped in the middle of it, for which others would wait.
   */
  private static final String SESSION =
      "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5;"
          + " SET tcp_keepalives_count = 3; SET lock_timeout = '5s';"
          + " SET idle_in_transaction_session_timeout = '5s'";

  /** A role or a database may have it off, which loses what was acknowledged. */
  private static final String DURABLE =
      "SELECT set_config('synchronous_commit', 'on', false)"
          + " WHERE current_setting('synchronous_commit') = 'off'";

  /** The first version whose tables can be used by several servers. */
  private static final int ELECTING = 2;

  /** What each version has added; the first one is at 0. */
  private static final List<String> VERSIONS =
      List.of(
          """
          CREATE TABLE directord.format (version integer NOT NULL, id uuid NOT NULL,
            commits bigint NOT NULL);
          CREATE TABLE directord.jobs (seq bigint PRIMARY KEY, id uuid NOT NULL,
            parent uuid NOT NULL, cancelled boolean NOT NULL, job bytea NOT NULL);
          CREATE INDEX jobs_id ON directord.jobs (id);
          CREATE INDEX jobs_parent ON directord.jobs (parent, seq);
          CREATE TABLE directord.results (seq bigint, target integer, result bytea NOT NULL,
            PRIMARY KEY (seq, target));
          CREATE TABLE directord.summaries (seq bigint PRIMARY KEY, summary bytea NOT NULL);
          CREATE TABLE directord.nodes (identity bytea PRIMARY KEY, node bytea NOT NULL);
          CREATE TABLE directord.runs (parent uuid PRIMARY KEY, nodes bytea NOT NULL,
            progress bytea);
          """,
          """
          ALTER TABLE directord.format ADD COLUMN epoch bigint NOT NULL DEFAULT 0;
          CREATE TABLE directord.leader (epoch bigint NOT NULL, holder uuid, server bytea,
            renewed timestamptz, until timestamptz);
          INSERT INTO directord.leader VALUES (0);
          CREATE TABLE directord.standbys (id uuid PRIMARY KEY, server bytea NOT NULL,
            seen timestamptz NOT NULL);
          CREATE TABLE IF NOT EXISTS directord.tokens (name bytea PRIMARY KEY,
            token bytea NOT NULL);
          CREATE TABLE IF NOT EXISTS directord.schedules (name bytea PRIMARY KEY,
            schedule bytea NOT NULL, state bytea NOT NULL);
          """,
          """
          CREATE TABLE directord.contents (sha256 bytea PRIMARY KEY, size bigint NOT NULL,
            secret boolean NOT NULL);
          CREATE TABLE directord.content_parts (sha256 bytea, part integer, bytes bytea NOT NULL,
            PRIMARY KEY (sha256, part));
          ALTER TABLE directord.content_parts ALTER bytes SET STORAGE EXTERNAL;
          """,
          """
          CREATE TABLE directord.hook_events (key bytea PRIMARY KEY, event bytea NOT NULL);
          """,
          """
          CREATE TABLE directord.join_tokens (id bytea PRIMARY KEY, token bytea NOT NULL);
          """,
          """
          CREATE TABLE directord.fetched (job uuid, node bytea, owner bytea NOT NULL,
            receipt bytea NOT NULL, size bigint NOT NULL, PRIMARY KEY (job, node));
          CREATE TABLE directord.fetched_parts (job uuid, node bytea, part integer,
            bytes bytea NOT NULL, PRIMARY KEY (job, node, part));
          ALTER TABLE directord.fetched_parts ALTER bytes SET STORAGE EXTERNAL;
          """);

  private final PostgresDatabase database;

  /** Of the server that commits. */
  private final long epoch;

  /** The tables that this server uses; null before it knows. */
  private volatile State known;

  /**
   * Which tables they are, and how old.
   *
   * @param commits how many changed them
   */
  record State(UUID id, long commits, long epoch) {}

  /**
   * @param epoch in which commits are made
   */
  PostgresSchema(PostgresDatabase database, long epoch) {
    this.database = database;
    this.epoch = epoch;
  }

  /**
   * Makes the tables, or those that are needed to elect a leader. What later versions have added is
   * made by the server that is elected, see {@link #upgrade}. The connection must commit by itself.
   *
   * @return the id of the tables
   * @throws StoreException if a version of directord that knows no leader uses them, or a later one
   *     made them
   */
  static UUID prepare(Connection connection, PostgresDatabase database) throws SQLException {
    session(connection);
    State found = find(connection, database);
    if (found != null && version(connection) >= ELECTING) {
      return found.id;
    }
    lock(connection, database);
    connection.setAutoCommit(false);
    // Another server may have been faster. Only a transaction that begins after the lock sees it:
    // the names of tables are cached, their absence too.
    found = find(connection, database);
    if (found == null && !exists(connection, "to_regnamespace('directord')")) {
      execute(connection, "CREATE SCHEMA directord");
    }
    if (found == null) {
      makeFrom(0, connection);
      execute(
          connection,
          "INSERT INTO directord.format VALUES ("
              + VERSIONS.size()
              + ", '"
              + UUID.randomUUID()
              + "', 0)");
    } else {
      upgrade(connection);
    }
    found = find(connection, database);
    connection.commit();
    connection.setAutoCommit(true);
    execute(connection, "SELECT pg_advisory_unlock(" + LOCK + ")");
    return found.id;
  }

  /**
   * Makes the tables that were added since an earlier version has made the others, in the
   * connection's transaction. No other server uses them meanwhile, nor one of an earlier version
   * afterwards.
   */
  static void upgrade(Connection connection) throws SQLException {
    int version = version(connection);
    if (version < VERSIONS.size()) {
      makeFrom(version, connection);
      execute(connection, "UPDATE directord.format SET version = " + VERSIONS.size());
    }
  }

  private static void makeFrom(int version, Connection connection) throws SQLException {
    for (String added : VERSIONS.subList(version, VERSIONS.size())) {
      execute(connection, added);
    }
  }

  /** Throws if a later version of directord uses the tables. */
  static void requireKnownVersion(Connection connection, PostgresDatabase database)
      throws SQLException {
    find(connection, database);
  }

  private static State find(Connection connection, PostgresDatabase database) throws SQLException {
    return exists(connection, "to_regclass('directord.format')")
        ? read(connection, database)
        : null;
  }

  /** Has the session commit durably, and end soon when this machine is gone. */
  static void session(Connection connection) throws SQLException {
    execute(connection, SESSION);
    execute(connection, DURABLE);
  }

  /**
   * Prepares a connection for commits.
   *
   * @throws StoreException if another server leads, or the tables are not those that this server
   *     used before
   */
  void claim(Connection connection) throws SQLException {
    session(connection);
    endFormer(connection);
    connection.setAutoCommit(false);
    State found = find(connection, database);
    requireKnown(found);
    connection.commit();
    if (known == null) {
      warnOfRisks(connection);
    }
    known = found;
  }

  /** A connection that was cut off may still have a change on its way. */
  private void endFormer(Connection connection) throws SQLException {
    try (PreparedStatement end =
        connection.prepareStatement(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE application_name = ? AND pid <> pg_backend_pid()")) {
      end.setString(1, database.name(PostgresDatabase.Use.WRITER));
      end.executeQuery().close();
    }
  }

  /** What was acknowledged must not be lost in silence. */
  private void requireKnown(State found) {
    if (known != null && (found == null || !found.id.equals(known.id))) {
      throw StoreException.replaced(database.location());
    }
    if (known != null && found.commits < known.commits) {
      throw StoreException.older(database.location(), known.commits - found.commits);
    }
    if (found == null || found.epoch != epoch) {
      throw StoreException.notLeading(database.location());
    }
  }

  /**
   * Counts a commit, as its last change; {@link #committed} follows.
   *
   * @throws StoreException if another server leads
   */
  long count(Connection connection) throws SQLException {
    try (PreparedStatement count =
        connection.prepareStatement(
            "UPDATE directord.format SET commits = commits + 1 WHERE epoch = ?"
                + " RETURNING commits")) {
      count.setLong(1, epoch);
      try (ResultSet row = count.executeQuery()) {
        if (!row.next()) {
          throw StoreException.notLeading(database.location());
        }
        return row.getLong(1);
      }
    }
  }

  /** So many commits are durable. */
  void committed(long commits) {
    known = new State(known.id, commits, epoch);
  }

  /** How many commits were acknowledged; 0 before it is known. Any thread. */
  long acknowledged() {
    State now = known;
    return now == null ? 0 : now.commits;
  }

  /** Until it is unlocked, or the connection ends. */
  private static void lock(Connection connection, PostgresDatabase database) throws SQLException {
    try {
      execute(connection, "SELECT pg_advisory_lock(" + LOCK + ")");
    } catch (SQLException e) {
      if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        throw new StoreException(
            "an earlier version of directord uses "
                + database.location()
                + ": stop it, or give this server another --datastore",
            e);
      }
      throw e;
    }
  }

  /** Whether an expression has a value. */
  static boolean exists(Connection connection, String what) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT " + what + " IS NOT NULL")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private static int version(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT version FROM directord.format")) {
      row.next();
      return row.getInt(1);
    }
  }

  private static State read(Connection connection, PostgresDatabase database) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT * FROM directord.format")) {
      if (!row.next()) {
        throw StoreException.replaced(database.location());
      }
      if (row.getInt("version") > VERSIONS.size()) {
        throw new StoreException(
            new LaterVersionException(
                "the store " + database.location(),
                "the version " + row.getInt("version"),
                "database"));
      }
      // The first version had no epochs.
      long epoch = row.getInt("version") == 1 ? 0 : row.getLong("epoch");
      return new State(row.getObject("id", UUID.class), row.getLong("commits"), epoch);
    }
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
