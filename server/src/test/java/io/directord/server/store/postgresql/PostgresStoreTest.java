package io.directord.server.store.postgresql;

import static io.directord.server.store.StoredSamples.outcome;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.config.DatastoreUrl;
import io.directord.common.validation.LaterVersionException;
import io.directord.common.validation.WrongSettingException;
import io.directord.server.LogLines;
import io.directord.server.store.Change;
import io.directord.server.store.DatabaseServer;
import io.directord.server.store.DatabaseStoreContract;
import io.directord.server.store.Election;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoreException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresStoreTest extends DatabaseStoreContract {
  @AutoClose private static PostgresServer server;

  private String url;

  @BeforeAll
  static void startServer() {
    server = PostgresServer.start();
  }

  @BeforeEach
  void makeDatabase() {
    url = server.newDatabase();
  }

  @Override
  protected JobStore openAlone() {
    return open(url);
  }

  @Override
  protected DatabaseServer server() {
    return server;
  }

  @Override
  protected JobStore open() {
    return open(server.newDatabase());
  }

  private static PostgresStore open(String url) {
    try {
      PostgresElection election =
          PostgresElection.open(
              DatastoreUrl.parse(url), "this server", Election.LeaseTimes.DEFAULT);
      PostgresStore store = (PostgresStore) election.campaign().store();
      election.close();
      store.upkeep();
      return store;
    } catch (WrongSettingException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatIsCommittedIsThereForTheNextServer() {
    try (PostgresStore store = open(url)) {
      store.commit(List.of(put(1), new Change.PutResult(1, 1, outcome("b", "out"))));
    }
    try (PostgresStore store = open(url)) {
      assertEquals(1, store.lastSeq());
      assertEquals(Optional.of(outcome("b", "out")), store.result(1, 1));
    }
  }

  @Test
  void anIdleWriterNoticesThatTheDatabaseIsGoneAndThatItIsBack() {
    try (PostgresStore store = open(url)) {
      server.stop();
      assertThrows(StoreException.class, store::upkeep);
      server.startAgain();
      store.upkeep();
    }
  }

  /** As when the network was cut, and the database has not noticed. */
  @Test
  void aConnectionOfItsOwnThatTheDatabaseStillKnowsIsEnded() throws SQLException {
    PostgresDatabase database = database(url);
    PostgresSchema schema = schema(database);
    try (Connection cutOff = claim(schema, database);
        Connection next = claim(schema, database)) {
      assertThrows(SQLException.class, () -> cutOff.createStatement().execute("SELECT 1"));
      next.createStatement().execute("SELECT 1");
    }
  }

  private static Connection claim(PostgresSchema schema, PostgresDatabase database)
      throws SQLException {
    Connection writer = database.connect(PostgresDatabase.Use.WRITER, new DatabaseSockets.Group());
    schema.claim(writer);
    return writer;
  }

  private static PostgresSchema schema(PostgresDatabase database) throws SQLException {
    try (Connection connection =
        database.connect(PostgresDatabase.Use.LEASE, new DatabaseSockets.Group())) {
      PostgresSchema.prepare(connection, database);
    }
    return new PostgresSchema(database, 0);
  }

  private static PostgresDatabase database(String url) {
    try {
      return new PostgresDatabase(DatastoreUrl.parse(url));
    } catch (WrongSettingException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void tablesOfALaterVersionAreLeftAlone() {
    open(url).close();
    server.sql(url, "UPDATE directord.format SET version = 99");
    StoreException refused = assertThrows(StoreException.class, () -> open(url));
    assertTrue(refused.getCause() instanceof LaterVersionException, refused::toString);
    assertTrue(
        refused.getMessage().contains("put back the copy of the database"), refused::getMessage);
  }

  @Test
  void aDatabaseThatWasReplacedWhileItWasUsedIsNotTakenForTheOldOne() {
    try (PostgresStore store = open(url)) {
      store.commit(List.of(put(1)));
      server.stop();
      assertThrows(StoreException.class, () -> store.commit(List.of(put(2))));
      server.startAgain();
      server.sql(url, "DROP SCHEMA directord CASCADE");

      StoreException refused = assertThrows(StoreException.class, () -> store.commit(List.of()));

      assertTrue(refused.getMessage().contains("was emptied: put it back"), refused::getMessage);
      assertEquals(null, server.sql(url, "SELECT to_regclass('directord.format')"));
    }
  }

  /** As after a restore, or when a replica that was behind takes over. */
  @Test
  void aDatabaseThatHasLostCommitsIsNotUsedInSilence() {
    try (PostgresStore store = open(url)) {
      store.commit(List.of(put(1)));
      store.commit(List.of(put(2)));
      server.stop();
      assertThrows(StoreException.class, () -> store.commit(List.of(put(3))));
      server.startAgain();
      server.sql(url, "UPDATE directord.format SET commits = commits - 1");

      StoreException refused = assertThrows(StoreException.class, () -> store.commit(List.of()));

      assertTrue(
          refused.getMessage().contains("has lost the last 1 commit that it had acknowledged"),
          refused::getMessage);
    }
    open(url).close();
  }

  @Test
  void itsSchemaMayHaveBeenMadeForIt() {
    server.sql(url, "CREATE SCHEMA directord");
    open(url).close();
  }

  @Test
  void whatCannotBeOpenedSaysWhyWithoutThePassword() {
    String secret = "s3cr3t-9";
    StoreException refused =
        assertThrows(StoreException.class, () -> open(PostgresServer.withPassword(url, secret)));
    assertTrue(
        refused.getMessage().endsWith("password authentication failed for user \"ada\""),
        refused::getMessage);
    assertFalse(refused.getMessage().contains(secret), refused::getMessage);
    StoreException missing =
        assertThrows(StoreException.class, () -> open(url.replaceFirst("/[^/]*$", "/other")));
    assertTrue(missing.getMessage().endsWith("\"other\" does not exist"), missing::getMessage);
  }

  @Test
  void anOptionThatTheDriverDoesNotKnowIsRefused() {
    UncheckedIOException refused =
        assertThrows(
            UncheckedIOException.class, () -> open(url + "?sslmode=disable&connect_time=1"));
    assertTrue(
        refused.getCause().getMessage().contains("has no option connect_time"),
        refused::getMessage);
    open(url + "?sslmode=disable").close();
  }

  @Test
  void aDatabaseThatDoesNotSyncIsWarnedOf() {
    try (LogLines log = new LogLines(PostgresSchema.class);
        PostgresStore store = open(url)) {
      assertEquals(1, log.lines().size(), log.lines()::toString);
      assertTrue(
          log.lines().get(0).startsWith(store.location() + " runs with fsync = off: "),
          log.lines()::toString);
    }
  }

  @Test
  void aCommitIsDurableThoughTheDatabaseNeedNotMakeItSo() throws SQLException {
    server.sql(url, "ALTER ROLE ada SET synchronous_commit = off");
    PostgresDatabase database = database(url);
    try (Connection writer = claim(schema(database), database);
        Statement statement = writer.createStatement();
        ResultSet row = statement.executeQuery("SHOW synchronous_commit")) {
      row.next();
      assertEquals("on", row.getString(1));
    } finally {
      server.sql(url, "ALTER ROLE ada RESET synchronous_commit");
    }
  }
}
