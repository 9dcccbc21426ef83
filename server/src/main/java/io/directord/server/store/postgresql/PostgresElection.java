package io.directord.server.store.postgresql;

import io.directord.common.api.Leadership;
import io.directord.common.config.DatastoreUrl;
import io.directord.common.validation.WrongSettingException;
import io.directord.server.store.ContentArchive;
import io.directord.server.store.Election;
import io.directord.server.store.FetchedArchive;
import io.directord.server.store.JobStore;
import io.directord.server.store.ReadConnections;
import io.directord.server.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Elects the leader by a row of the database, on a connection of its own that is opened anew when
 * it is lost. What keeps a former leader from writing is not the lease but the epoch of {@link
 * PostgresSchema}, which the election changes in the same transaction.
 */
public final class PostgresElection implements Election {
  /** Nobody's, lapsed, or of a process of this server that has no connection any more. */
  private static final String FREE =
      "(until IS NULL OR until < clock_timestamp() OR server = ? AND NOT EXISTS ("
          + "SELECT FROM pg_stat_activity WHERE starts_with(application_name,"
          + " 'directord ' || substr(holder::text, 1, 8) || ' ')))";

  private static final String LEADER =
      "SELECT epoch, holder, server, extract(epoch FROM clock_timestamp() - renewed) AS age,"
          + " until IS NULL AS nobody, "
          + FREE
          + " AS free FROM directord.leader";

  /** In which nothing can be committed. */
  private static final long NO_EPOCH = -1;

  /** A standby that is gone is shown, and counted on, for so many leases. */
  private static final int LEASES_OF_A_STANDBY = 2;

  private final PostgresDatabase database;
  private final byte[] server;
  private final LeaseTimes times;
  private final DatabaseSockets.Group sockets = new DatabaseSockets.Group();
  private final PostgresStore shared;
  private UUID tables;
  private Connection connection;
  private volatile Seen seen;
  private volatile boolean ownTerm;

  private PostgresElection(PostgresDatabase database, String server, LeaseTimes times) {
    this.database = database;
    this.server = server.getBytes(StandardCharsets.UTF_8);
    this.times = times;
    this.shared = new PostgresStore(database, sockets, NO_EPOCH);
  }

  /**
   * Makes the tables if the database has none.
   *
   * @param server this server and where it listens, for people; the same after a restart
   * @throws StoreException if the database cannot be used
   * @throws WrongSettingException if the URL has an unknown option
   */
  public static PostgresElection open(DatastoreUrl url, String server, LeaseTimes times)
      throws WrongSettingException {
    PostgresElection election = new PostgresElection(new PostgresDatabase(url), server, times);
    election.tables =
        election.run(connection -> PostgresSchema.prepare(connection, election.database));
    return election;
  }

  /**
   * Looks at the URL, and asks no database.
   *
   * @throws WrongSettingException if it has an unknown option
   */
  public static void check(DatastoreUrl url) throws WrongSettingException {
    new PostgresDatabase(url);
  }

  @Override
  public String location() {
    return database.location();
  }

  @Override
  public JobStore shared() {
    return shared;
  }

  /**
   * @param at by {@link System#nanoTime}
   */
  private record Seen(Leadership leadership, long at) {}

  @Override
  public Leadership seen() {
    Seen last = seen;
    Leadership then = last.leadership;
    if (then.leads() || then.sinceRenewal() == null) {
      return then;
    }
    // The database may not have answered since.
    Duration age = then.sinceRenewal().plusNanos(System.nanoTime() - last.at);
    return new Leadership(
        false, isAway(age) ? null : then.leader(), then.epoch(), age, then.standbys());
  }

  /** One that has missed several renewals is not worth asking. */
  private boolean isAway(Duration sinceRenewal) {
    return sinceRenewal.compareTo(times.length().dividedBy(2)) > 0;
  }

  @Override
  public boolean isOwnTerm() {
    return ownTerm;
  }

  /** Work on the connection. */
  private interface Work<T> {
    T run(Connection connection) throws SQLException;
  }

  private synchronized <T> T run(Work<T> work) {
    boolean done = false;
    try {
      if (connection == null) {
        int seconds = (int) Math.max(1, times.length().toSeconds() / 4);
        connection = database.connect(PostgresDatabase.Use.LEASE, sockets, seconds);
        PostgresSchema.session(connection);
      }
      T result = work.run(connection);
      done = true;
      return result;
    } catch (SQLException e) {
      throw database.failed(e);
    } finally {
      if (!done && connection != null) {
        ReadConnections.close(connection);
        connection = null;
      }
    }
  }

  @Override
  public Term campaign() {
    return run(
        lease -> {
          requireSameTables(lease);
          PostgresSchema.requireKnownVersion(lease, database);
          requireWhole(lease);
          if (!leader(lease, "").free) {
            standBy(lease);
            see(lease);
            return null;
          }
          lease.setAutoCommit(false);
          Leader before = leader(lease, " FOR UPDATE");
          Term elected = before.free ? elect(lease, before) : null;
          lease.commit();
          lease.setAutoCommit(true);
          see(lease);
          return elected;
        });
  }

  private void requireSameTables(Connection lease) throws SQLException {
    try (PreparedStatement question = lease.prepareStatement("SELECT id FROM directord.format");
        ResultSet row = question.executeQuery()) {
      if (!row.next() || !row.getObject(1, UUID.class).equals(tables)) {
        throw StoreException.replaced(location());
      }
    }
  }

  /**
   * The mark is a table that is there only while a backup is restored, so that it is no matter of
   * the schema's version; who empties the store by removing the schema removes it too.
   */
  private void requireWhole(Connection lease) throws SQLException {
    if (!PostgresSchema.exists(lease, "to_regclass('directord.restoring')")) {
      return;
    }
    try (PreparedStatement question =
            lease.prepareStatement("SELECT what FROM directord.restoring");
        ResultSet row = question.executeQuery()) {
      throw StoreException.partOfBackup(
          location(),
          row.next() ? text(row.getBytes(1)) : "",
          "DROP SCHEMA directord CASCADE, or a new database");
    }
  }

  private record Leader(
      long epoch, UUID holder, String server, Duration age, boolean nobody, boolean free) {}

  private Leader leader(Connection lease, String lock) throws SQLException {
    try (PreparedStatement question = lease.prepareStatement(LEADER + lock)) {
      question.setBytes(1, server);
      try (ResultSet row = question.executeQuery()) {
        row.next();
        return new Leader(
            row.getLong("epoch"),
            row.getObject("holder", UUID.class),
            text(row.getBytes("server")),
            Duration.ofMillis((long) (row.getDouble("age") * 1000)),
            row.getBoolean("nobody"),
            row.getBoolean("free"));
      }
    }
  }

  private static String text(byte[] utf8) {
    return utf8 == null ? null : new String(utf8, StandardCharsets.UTF_8);
  }

  /** A leader that sleeps may have a transaction open, which would hold up the election. */
  private Term elect(Connection lease, Leader before) throws SQLException {
    if (before.holder != null) {
      Statements.update(
          lease,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name IN (?, ?)",
          PostgresDatabase.name(before.holder, PostgresDatabase.Use.WRITER),
          PostgresDatabase.name(before.holder, PostgresDatabase.Use.CONTENT));
    }
    long epoch = before.epoch + 1;
    Statements.update(
        lease,
        "UPDATE directord.leader SET epoch = ?, holder = ?, server = ?,"
            + " renewed = clock_timestamp(), until = clock_timestamp() + ? * interval '1 ms'",
        epoch,
        database.id(),
        server,
        times.length().toMillis());
    PostgresSchema.upgrade(lease);
    Statements.update(lease, "UPDATE directord.format SET epoch = ?", epoch);
    Statements.update(
        lease,
        "DELETE FROM directord.standbys WHERE id = ?"
            + " OR seen < clock_timestamp() - interval '1 hour'",
        database.id());
    return new PostgresTerm(epoch);
  }

  private void standBy(Connection lease) throws SQLException {
    Statements.update(
        lease,
        "INSERT INTO directord.standbys VALUES (?, ?, clock_timestamp())"
            + " ON CONFLICT (id) DO UPDATE SET seen = EXCLUDED.seen",
        database.id(),
        server);
  }

  private void see(Connection lease) throws SQLException {
    Leader leader = leader(lease, "");
    ownTerm = text(server).equals(leader.server);
    boolean away = leader.nobody || isAway(leader.age);
    List<String> standbys = new ArrayList<>();
    try (PreparedStatement question =
        lease.prepareStatement(
            "SELECT server FROM directord.standbys"
                + " WHERE seen > clock_timestamp() - ? * interval '1 ms' ORDER BY server")) {
      question.setLong(1, LEASES_OF_A_STANDBY * times.length().toMillis());
      try (ResultSet rows = question.executeQuery()) {
        while (rows.next()) {
          standbys.add(text(rows.getBytes(1)));
        }
      }
    }
    seen =
        new Seen(
            new Leadership(
                database.id().equals(leader.holder),
                away ? null : leader.server,
                leader.epoch,
                leader.nobody ? null : leader.age,
                standbys),
            System.nanoTime());
  }

  @Override
  public void close() {
    shared.close();
    try {
      run(
          lease ->
              Statements.update(
                  lease, "DELETE FROM directord.standbys WHERE id = ?", database.id()));
    } catch (StoreException e) {
      // It is forgotten by the others when it has not been seen for a while.
      return;
    } finally {
      disconnect();
      sockets.close();
    }
  }

  private synchronized void disconnect() {
    if (connection != null) {
      ReadConnections.close(connection);
      connection = null;
    }
  }

  /** The time until another epoch begins. */
  private final class PostgresTerm implements Term {
    private final long epoch;
    private final DatabaseSockets.Group used = new DatabaseSockets.Group();
    private final PostgresStore store;
    private final LeaderConnections beside;
    private final PostgresContents contents;
    private final PostgresFetched fetched;

    PostgresTerm(long epoch) {
      this.epoch = epoch;
      this.store = new PostgresStore(database, used, epoch);
      this.beside = new LeaderConnections(database, used, epoch);
      this.contents = new PostgresContents(beside);
      this.fetched = new PostgresFetched(beside);
    }

    @Override
    public ContentArchive contents() {
      return contents;
    }

    @Override
    public FetchedArchive fetched() {
      return fetched;
    }

    @Override
    public JobStore store() {
      return store;
    }

    @Override
    public long epoch() {
      return epoch;
    }

    @Override
    public String renew() {
      long acknowledged = store.acknowledged();
      return run(
          lease -> {
            requireSameTables(lease);
            long lost = acknowledged - commits(lease);
            if (lost > 0) {
              return "the store "
                  + location()
                  + " has lost the last "
                  + lost
                  + " of the commits that it had acknowledged, as after a failure or when an older"
                  + " copy takes its place; what they had is lost, and a server goes on with what is"
                  + " there now";
            }
            int renewed =
                Statements.update(
                    lease,
                    "UPDATE directord.leader SET renewed = clock_timestamp(),"
                        + " until = clock_timestamp() + ? * interval '1 ms'"
                        + " WHERE epoch = ? AND holder = ?",
                    times.length().toMillis(),
                    epoch,
                    database.id());
            see(lease);
            return renewed > 0
                ? null
                : "another server has taken over: " + leader(lease, "").server;
          });
    }

    private long commits(Connection lease) throws SQLException {
      try (PreparedStatement question =
              lease.prepareStatement("SELECT commits FROM directord.format");
          ResultSet row = question.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }

    @Override
    public void abandon() {
      store.abandon();
      used.close();
      beside.close();
    }

    @Override
    public void beginRestore(String what) {
      byte[] said = what.getBytes(StandardCharsets.UTF_8);
      run(
          lease -> {
            lease.setAutoCommit(false);
            Statements.update(lease, "CREATE TABLE directord.restoring (what bytea NOT NULL)");
            Statements.update(lease, "INSERT INTO directord.restoring VALUES (?)", said);
            lease.commit();
            lease.setAutoCommit(true);
            return null;
          });
    }

    @Override
    public void endRestore() {
      run(lease -> Statements.update(lease, "DROP TABLE directord.restoring"));
    }

    @Override
    public void resign() {
      beside.close();
      used.close();
      run(
          lease ->
              Statements.update(
                  lease,
                  "UPDATE directord.leader SET holder = NULL, until = NULL WHERE epoch = ?",
                  epoch));
    }
  }
}
