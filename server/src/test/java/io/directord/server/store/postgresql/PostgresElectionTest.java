package io.directord.server.store.postgresql;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.config.DatastoreUrl;
import io.directord.common.validation.LaterVersionException;
import io.directord.common.validation.WrongSettingException;
import io.directord.server.store.Change;
import io.directord.server.store.Election;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoreException;
import io.directord.server.store.StoredSamples;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresElectionTest {
  private static final Election.LeaseTimes LONG =
      new Election.LeaseTimes(Duration.ofMinutes(10), Duration.ofSeconds(1));
  private static final Election.LeaseTimes SHORT =
      new Election.LeaseTimes(Duration.ofMillis(200), Duration.ofMillis(50));
  private static final String TO_FIRST_VERSION =
      "DROP TABLE directord.leader, directord.standbys;"
          + " DROP TABLE IF EXISTS directord.contents, directord.content_parts,"
          + " directord.hook_events, directord.join_tokens,"
          + " directord.fetched, directord.fetched_parts;"
          + " ALTER TABLE directord.format DROP COLUMN epoch;"
          + " UPDATE directord.format SET version = 1";
  private static final String VERSION_BEFORE = "5";
  private static final String TO_VERSION_BEFORE =
      "DROP TABLE directord.fetched, directord.fetched_parts;"
          + " UPDATE directord.format SET version = "
          + VERSION_BEFORE;
  private static final Duration TIMEOUT = Duration.ofSeconds(240);

  @AutoClose private static PostgresServer server;

  private final List<AutoCloseable> open = new ArrayList<>();
  private String url;

  @BeforeAll
  static void startServer() {
    server = PostgresServer.start();
  }

  @BeforeEach
  void makeDatabase() {
    url = server.newDatabase();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  @Test
  void serversThatStartAtOnceOnANewDatabaseAllFindItsTables() throws Exception {
    for (int round = 0; round < 5; round++) {
      String fresh = server.newDatabase();
      int servers = 6;
      CyclicBarrier begin = new CyclicBarrier(servers);
      List<CompletableFuture<Void>> opened = new ArrayList<>();
      for (int i = 0; i < servers; i++) {
        String name = "server " + i;
        opened.add(
            CompletableFuture.runAsync(
                () -> open(fresh, name, begin), task -> new Thread(task, name).start()));
      }
      for (CompletableFuture<Void> one : opened) {
        one.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      }
      assertEquals("1", server.sql(fresh, "SELECT count(*) FROM directord.format"));
    }
  }

  private static void open(String url, String name, CyclicBarrier begin) {
    try {
      begin.await();
      PostgresElection.open(DatastoreUrl.parse(url), name, LONG).close();
    } catch (WrongSettingException | InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void oneLeadsAndTheOtherTakesOverWhenItGivesUp() {
    Election first = election("a", LONG);
    Election second = election("b", LONG);
    Election.Term term = lead(first);
    assertEquals(1, term.epoch());
    assertNull(second.campaign());
    assertEquals("a", second.seen().leader());
    assertNull(term.renew());
    assertEquals(List.of("b"), first.seen().standbys());

    term.resign();

    assertEquals(2, lead(second).epoch());
    assertEquals("b", second.seen().leader());
    assertEquals(List.of(), second.seen().standbys());
  }

  @Test
  void aLeaderWhoseLeaseRanOutCannotCommitOnceAnotherWasElected() {
    Election.Term slept = lead(election("a", SHORT));
    slept.store().commit(List.of(put(1)));
    Election second = election("b", LONG);
    JobStore taken = awaitLead(second).store();
    taken.commit(List.of(put(2)));

    for (int i = 0; i < 2; i++) {
      StoreException refused =
          assertThrows(StoreException.class, () -> slept.store().commit(List.of(put(3))));
      // The first commit finds only that its connection was ended.
      assertTrue(i == 0 || refused.getMessage().contains("does not lead"), refused::getMessage);
    }
    assertEquals("another server has taken over: b", slept.renew());
    assertEquals(List.of(1L, 2L), taken.unended().stream().map(job -> job.seq()).toList());
  }

  @Test
  void nobodyLeadsWithAPartOfABackupWhicheverMachineRestoredIt() {
    Election restores = election("a", LONG);
    Election.Term term = lead(restores);
    term.beginRestore("nightly.backup on a");
    term.store().commit(List.of(put(1)));
    term.store().close();
    term.resign();

    StoreException refused =
        assertThrows(StoreException.class, () -> election("b", LONG).campaign());
    assertTrue(
        refused.getMessage().contains("(nightly.backup on a) is under way or was broken off"),
        refused::getMessage);

    term.endRestore();
    assertEquals(
        List.of(1L),
        lead(election("b", LONG)).store().unended().stream().map(job -> job.seq()).toList());
  }

  @Test
  void aLeaderWhoseLeaseRanOutLeadsOnIfNobodyElseWasElected() {
    Election alone = election("a", SHORT);
    Election.Term term = lead(alone);
    await().atMost(TIMEOUT).until(() -> lapsed());
    term.store().commit(List.of(put(1)));
    assertNull(term.renew());
    assertEquals(1, term.store().lastSeq());
  }

  private boolean lapsed() {
    return server.sql(url, "SELECT until < clock_timestamp() FROM directord.leader").equals("t");
  }

  /** As of a process that was stopped in the middle of a commit. */
  @Test
  void aTransactionThatALeaderLeftOpenDoesNotHoldUpTheElection() throws Exception {
    Election first = election("a", SHORT);
    PostgresStore store = (PostgresStore) lead(first).store();
    store.commit(List.of(put(1)));
    String holder = server.sql(url, "SELECT holder FROM directord.leader");
    try (var open =
        new PostgresDatabase(DatastoreUrl.parse(url))
            .connect(PostgresDatabase.Use.READER, new DatabaseSockets.Group())) {
      open.setAutoCommit(false);
      try (var statement = open.createStatement()) {
        statement.execute(
            "SET application_name = '"
                + PostgresDatabase.name(UUID.fromString(holder), PostgresDatabase.Use.WRITER)
                + "'");
        statement.execute("UPDATE directord.format SET commits = commits + 1");
      }
      assertEquals(2, awaitLead(election("b", LONG)).epoch());
    }
  }

  @Test
  void aRemovalOfContentsThatALeaderLeftOpenDoesNotHoldUpTheElection() throws Exception {
    lead(election("a", SHORT));
    String holder = server.sql(url, "SELECT holder FROM directord.leader");
    try (var open =
            new PostgresDatabase(DatastoreUrl.parse(url))
                .connect(PostgresDatabase.Use.READER, new DatabaseSockets.Group());
        var statement = open.createStatement()) {
      open.setAutoCommit(false);
      statement.execute(
          "SET application_name = '"
              + PostgresDatabase.name(UUID.fromString(holder), PostgresDatabase.Use.CONTENT)
              + "'");
      statement.execute("SELECT FROM directord.format FOR SHARE");
      assertEquals(2, awaitLead(election("b", LONG)).epoch());
    }
  }

  @Test
  void whatAStandbySawLastGrowsOldWithoutTheDatabase() {
    lead(election("a", LONG));
    Election standby = election("b", SHORT);
    assertNull(standby.campaign());
    Duration first = standby.seen().sinceRenewal();

    await()
        .atMost(TIMEOUT)
        .until(() -> standby.seen().sinceRenewal().compareTo(first.plus(SHORT.length())) > 0);

    assertNull(standby.seen().leader());
  }

  @Test
  void aServerThatIsStartedAgainNeedNotWaitForItsOwnLease() {
    Election died = election("a", LONG);
    lead(died).store().close();
    died.close();
    assertNull(election("b", LONG).campaign());
    assertEquals(2, lead(election("a", LONG)).epoch());
  }

  @Test
  void oneOfManyThatAreStartedAtOnceLeads() {
    List<CompletableFuture<Election.Term>> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String name = "server-" + i;
      all.add(CompletableFuture.supplyAsync(() -> election(name, LONG).campaign()));
    }
    List<Election.Term> elected =
        all.stream().map(CompletableFuture::join).filter(term -> term != null).toList();
    assertEquals(1, elected.size());
    elected.get(0).store().commit(List.of(put(1)));
    elected.get(0).store().close();
  }

  @Test
  void aDatabaseThatHasLostCommitsEndsTheTermWithTheirNumber() {
    Election election = election("a", LONG);
    Election.Term term = lead(election);
    term.store().commit(List.of(put(1)));
    term.store().commit(List.of(put(2)));
    server.sql(url, "UPDATE directord.format SET commits = commits - 1");

    String why = term.renew();

    assertTrue(why.contains("has lost the last 1 of the commits"), why);
    term.resign();
    Election.Term next = lead(election);
    next.store().commit(List.of(put(3)));
  }

  @Test
  void aDatabaseThatWasReplacedIsNotTakenForTheOldOne() {
    Election election = election("a", LONG);
    Election.Term term = lead(election);
    Election other = election("b", LONG);
    server.sql(url, "UPDATE directord.format SET id = '" + UUID.randomUUID() + "'");
    assertTrue(
        assertThrows(StoreException.class, term::renew).getMessage().contains("is another one"));
    assertTrue(
        assertThrows(StoreException.class, other::campaign)
            .getMessage()
            .contains("is another one"));
  }

  @Test
  void tablesOfTheFirstVersionAreTakenOver() {
    JobStore store = lead(election("a", LONG)).store();
    store.commit(List.of(put(1)));
    store.close();
    server.sql(url, TO_FIRST_VERSION);

    JobStore upgraded = lead(election("b", LONG)).store();

    assertEquals(1, upgraded.lastSeq());
    upgraded.commit(List.of(put(2)));
    upgraded.close();
  }

  /** The one that leads need not find its tables changed before it was stopped. */
  @Test
  void aServerOfALaterVersionThatStandsByLeavesTheTablesUntilItLeads() {
    Election earlier = election("a", LONG);
    Election.Term term = lead(earlier);
    term.store().commit(List.of(put(1)));
    server.sql(url, TO_VERSION_BEFORE);

    Election later = election("b", LONG);
    assertNull(later.campaign());
    assertEquals(1, later.shared().job(1).orElseThrow().seq());
    assertEquals(VERSION_BEFORE, version());
    term.store().commit(List.of(put(2)));
    term.store().close();
    term.resign();

    JobStore upgraded = lead(later).store();

    assertEquals(Integer.parseInt(VERSION_BEFORE) + 1, Integer.parseInt(version()));
    upgraded.commit(List.of(put(3)));
    assertEquals(3, upgraded.lastSeq());
    upgraded.close();
  }

  @Test
  void aServerOfAnEarlierVersionRefusesToLeadWithWhatALaterOneHasMade() {
    Election.Term later = lead(election("a", LONG));
    later.store().commit(List.of(put(1)));
    Election earlier = election("b", LONG);
    assertNull(earlier.campaign());
    server.sql(url, "UPDATE directord.format SET version = 99");
    later.resign();

    for (int i = 0; i < 2; i++) {
      StoreException refused = assertThrows(StoreException.class, earlier::campaign);
      assertTrue(refused.getCause() instanceof LaterVersionException, refused::toString);
      assertTrue(refused.getMessage().contains("start that version again"), refused::getMessage);
    }
    assertThrows(StoreException.class, () -> election("c", LONG));

    assertEquals("1", server.sql(url, "SELECT epoch FROM directord.format"));
    assertEquals("99", version());
  }

  private String version() {
    return server.sql(url, "SELECT version FROM directord.format");
  }

  @Test
  void tablesThatAnEarlierVersionUsesAreLeftAlone() throws Exception {
    election("a", LONG).close();
    server.sql(url, TO_FIRST_VERSION);
    try (var earlier =
            new PostgresDatabase(DatastoreUrl.parse(url))
                .connect(PostgresDatabase.Use.WRITER, new DatabaseSockets.Group());
        var statement = earlier.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(" + 0x6469726563746f72L + ")");
      StoreException refused = assertThrows(StoreException.class, () -> election("b", LONG));
      assertTrue(
          refused.getMessage().startsWith("an earlier version of directord uses "),
          refused::getMessage);
    }
  }

  private synchronized Election election(String name, Election.LeaseTimes times) {
    try {
      Election made = PostgresElection.open(DatastoreUrl.parse(url), name, times);
      open.add(made);
      return made;
    } catch (WrongSettingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Election.Term lead(Election election) {
    Election.Term term = election.campaign();
    assertNotNull(term);
    open.add(term.store());
    return term;
  }

  private Election.Term awaitLead(Election election) {
    Election.Term term = await().atMost(TIMEOUT).until(election::campaign, won -> won != null);
    open.add(term.store());
    return term;
  }

  private static Change put(long seq) {
    return new Change.PutJob(StoredSamples.job(seq, UUID.randomUUID()));
  }
}
