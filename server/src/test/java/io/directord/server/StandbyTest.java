package io.directord.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.ApiException;
import io.directord.common.api.Leadership;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.job.Job;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.validation.ErrorCode;
import io.directord.server.store.Election;
import io.directord.server.store.postgresql.PostgresServer;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers of this process with one database. */
class StandbyTest {
  private static final Election.LeaseTimes TIMES =
      new Election.LeaseTimes(Duration.ofSeconds(30), Duration.ofMillis(300));
  private static final Duration TIMEOUT = Duration.ofMinutes(4);

  @AutoClose private static PostgresServer database;

  @TempDir Path directory;
  private String url;

  @BeforeAll
  static void startDatabase() {
    database = PostgresServer.start();
  }

  @BeforeEach
  void makeDatabase() {
    url = database.newDatabase();
  }

  @Test
  void aStandbySaysWhoLeadsAndDoesNothingElse() throws Exception {
    try (Server leader = start("a");
        Server standby = start("b")) {
      assertTrue(leader.leads());
      assertFalse(standby.leads());
      await()
          .atMost(TIMEOUT)
          .until(() -> api("a").status().leadership().standbys().toString().contains("/b.sock"));
      Leadership seen = api("b").status().leadership();
      assertFalse(seen.leads());
      assertEquals(1, seen.epoch());
      assertTrue(seen.leader().contains("/a.sock"), seen::leader);
      assertTrue(api("a").status().leadership().leads());
      ApiException refused =
          assertThrows(
              ApiException.class, () -> api("b").submit(List.of(TestServer.job("n")), Map.of()));
      assertEquals(503, refused.problem().status());
      assertEquals(ErrorCode.STANDBY, refused.code());
      assertTrue(refused.getMessage().contains("ask the one that leads, "), refused::getMessage);
      assertTrue(refused.getMessage().contains("/a.sock"), refused::getMessage);
    }
  }

  @Test
  void aStandbyShowsJobsThatHaveEndedAndSendsThoseWhoAskForOthersToTheLeader() throws Exception {
    try (Server leader = start("a");
        Server standby = start("b");
        FakeNode node = node(leader, CurveKeyPair.generate())) {
      node.join();
      Job open = TestServer.job("n");
      api("a").submit(List.of(open), Map.of());
      await().atMost(TIMEOUT).until(() -> node.jobs().contains(open.id()));
      ApiException refused = assertThrows(ApiException.class, () -> api("b").job(open.id()));
      assertEquals(ErrorCode.STANDBY, refused.code());
      node.answer(FakeNode.success(open.id(), "said"));
      await().atMost(TIMEOUT).until(() -> !api("a").job(open.id()).summary().processing());
      assertFalse(standby.leads());
      assertEquals("said", api("b").job(open.id()).nodes().get(0).stdout());
      assertThrows(ApiException.class, () -> api("b").jobs(null));
    }
  }

  /** As one of an earlier version that has not been stopped while the others were upgraded. */
  @Test
  void aStandbyThatDoesNotKnowTheTablesAnyMoreSaysSoAndDoesNotLead() throws Exception {
    Server leader = start("a");
    try (Server standby = start("b")) {
      await()
          .atMost(TIMEOUT)
          .until(() -> api("a").status().leadership().standbys().toString().contains("/b.sock"));
      database.sql(url, "UPDATE directord.format SET version = 99");
      leader.close();
      await()
          .atMost(TIMEOUT)
          .until(
              () ->
                  api("b").status().warnings().stream()
                      .anyMatch(one -> one.contains("was written by a later version")));
      assertFalse(standby.leads());
      assertEquals("1", database.sql(url, "SELECT epoch FROM directord.format"));
    } finally {
      leader.close();
    }
  }

  @Test
  void aServerThatStandsByKeepsNoSecrets() throws Exception {
    Path state =
        Files.createDirectory(
            directory.resolve("b"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path contents = Files.createDirectory(state.resolve("content"));
    Path secret = Files.writeString(contents.resolve("ab".repeat(32) + ".sealed"), "secret");
    Path file = Files.writeString(contents.resolve("cd".repeat(32)), "file");
    try (Server leader = start("a");
        Server standby = start("b")) {
      assertTrue(leader.leads());
      assertFalse(standby.leads());
      assertFalse(Files.exists(secret));
      assertTrue(Files.exists(file));
    }
  }

  @Test
  void aSecondServerMakesNoSharedKeyOfItsOwn() throws Exception {
    try (Server leader = start("a")) {
      assertTrue(leader.leads());
      Path config = Files.writeString(directory.resolve("config.yaml"), "debug: false\n");
      Map<Setting<?>, String> options = options("b");
      options.remove(Settings.SHARED_KEY);
      options.put(Settings.CONFIG_FILE, config.toString());
      CannotStartException refused =
          assertThrows(
              CannotStartException.class,
              () -> Server.start(SettingsLoader.load(options, Map.of()), TIMES));
      assertTrue(refused.getMessage().contains("no shared key was given"), refused::getMessage);
      assertFalse(Files.exists(directory.resolve("shared_key")));
    }
  }

  @Test
  void aConnectionThatKnowsBothGoesToTheOneThatLeads() throws Exception {
    ServerConnection both = new ServerConnection(List.of(socket("b"), socket("a")));
    Server leader = start("a");
    try (Server standby = start("b")) {
      assertTrue(both.status().leadership().leader().contains("/a.sock"));
      assertEquals(List.of(), both.jobs(null));
      leader.close();
      await()
          .atMost(TIMEOUT)
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(() -> both.jobs(null).isEmpty());
      assertTrue(standby.leads());
      assertTrue(both.status().leadership().leader().contains("/b.sock"));
    } finally {
      leader.close();
    }
  }

  @Test
  void whatWasAcknowledgedIsDoneByTheServerThatTakesOver() throws Exception {
    Job job = TestServer.job("n");
    CurveKeyPair key = CurveKeyPair.generate();
    Server leader = start("a");
    try (Server standby = start("b")) {
      try (FakeNode node = node(leader, key)) {
        node.join();
        api("a").submit(List.of(job), Map.of());
      }

      leader.close();

      await().atMost(TIMEOUT).until(standby::leads);
      try (FakeNode node = node(standby, key)) {
        node.succeeding().join();
        await()
            .atMost(TIMEOUT)
            .ignoreExceptionsInstanceOf(IOException.class)
            .until(() -> !api("b").job(job.id()).summary().processing());
      }
      assertEquals(2, api("b").status().leadership().epoch());
    } finally {
      leader.close();
    }
  }

  @Test
  void aLeaderWhoseEpochHasPassedStandsByInTheSameProcessAndCanLeadAgain() throws Exception {
    try (Server slept = start("a")) {
      int port = slept.jobPort();
      // As another server does that is elected while this one sleeps.
      database.sql(
          url,
          "UPDATE directord.leader SET epoch = 7, holder = gen_random_uuid(), server = 'c',"
              + " until = clock_timestamp() + interval '1 hour';"
              + " UPDATE directord.format SET epoch = 7");

      await().atMost(TIMEOUT).until(() -> !slept.leads());
      await()
          .atMost(TIMEOUT)
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(() -> "c".equals(api("a").status().leadership().leader()));
      await("the ports are closed, which takes a moment longer")
          .atMost(TIMEOUT)
          .ignoreExceptionsInstanceOf(BindException.class)
          .until(
              () -> {
                new ServerSocket(port).close();
                return true;
              });
      database.sql(url, "UPDATE directord.leader SET until = clock_timestamp()");

      await().atMost(TIMEOUT).until(slept::leads);
      await()
          .atMost(TIMEOUT)
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(() -> api("a").status().leadership().epoch() == 8);
    }
  }

  @Test
  void aLeaderAloneWaitsForItsDatabaseAndLeadsOn() throws Exception {
    Job job = TestServer.job("n");
    try (Server alone =
            start("a", new Election.LeaseTimes(Duration.ofSeconds(1), Duration.ofMillis(200)));
        FakeNode node = node(alone, CurveKeyPair.generate())) {
      node.succeeding().join();
      database.stop();
      await().atMost(TIMEOUT).until(() -> !api("a").status().warnings().isEmpty());
      Duration lapsed = Duration.ofSeconds(2);
      await()
          .atMost(TIMEOUT)
          .until(() -> api("a").status().leadership().sinceRenewal().compareTo(lapsed) > 0);
      database.startAgain();
      await().atMost(TIMEOUT).until(() -> api("a").status().warnings().isEmpty());
      api("a").submit(List.of(job), Map.of());
      await().atMost(TIMEOUT).until(() -> !api("a").job(job.id()).summary().processing());
      assertEquals(1, api("a").status().leadership().epoch());
    }
  }

  @Test
  void aServerThatSteppedDownWithoutItsDatabaseDoesNotSayThatItLeads() throws Exception {
    try (Server former =
        start("a", new Election.LeaseTimes(Duration.ofSeconds(1), Duration.ofMillis(200)))) {
      database.sql(
          url, "INSERT INTO directord.standbys VALUES (gen_random_uuid(), 'b', 'infinity')");
      await().atMost(TIMEOUT).until(() -> !api("a").status().leadership().standbys().isEmpty());
      database.stop();
      try {
        await()
            .atMost(TIMEOUT)
            .ignoreExceptionsInstanceOf(IOException.class)
            .until(() -> !former.leads() && !api("a").status().leadership().leads());
        assertNull(api("a").status().leadership().leader());
      } finally {
        database.startAgain();
      }
    }
  }

  private Server start(String name) throws Exception {
    return start(name, TIMES);
  }

  private Server start(String name, Election.LeaseTimes times) throws Exception {
    return Server.start(SettingsLoader.load(options(name), Map.of()), times);
  }

  private Map<Setting<?>, String> options(String name) throws IOException {
    Map<Setting<?>, String> options = ServerOptions.of(directory.resolve(name), socket(name));
    options.put(Settings.DATASTORE, url);
    return options;
  }

  private Path socket(String name) {
    return directory.resolve(name + ".sock");
  }

  private ServerConnection api(String name) {
    return new ServerConnection(socket(name));
  }

  private static FakeNode node(Server server, CurveKeyPair keys) {
    return ServerOptions.node("n", server, keys);
  }
}
