package io.directord.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.ServerConnection;
import io.directord.common.config.DatastoreUrl;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.job.Job;
import io.directord.common.security.CurveKeyPair;
import io.directord.server.store.Election;
import io.directord.server.store.postgresql.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader whose packets to the database vanish, while those of another server arrive. */
class SilentDatabaseTest {
  private static final Election.LeaseTimes TIMES =
      new Election.LeaseTimes(Duration.ofSeconds(8), Duration.ofMillis(300));
  private static final Duration TIMEOUT = Duration.ofMinutes(4);

  /** Who commits in which epoch, in the order in which it is committed. */
  private static final String RECORD =
      "CREATE TABLE recorded (id serial, epoch bigint, who text);"
          + " CREATE FUNCTION record() RETURNS trigger LANGUAGE plpgsql AS"
          + " 'BEGIN INSERT INTO public.recorded (epoch, who)"
          + " VALUES (NEW.epoch, left(current_setting(''application_name''), 18));"
          + " RETURN NEW; END';"
          + " CREATE TRIGGER recorder BEFORE UPDATE ON directord.format"
          + " FOR EACH ROW EXECUTE FUNCTION record()";

  @AutoClose private static PostgresServer database;

  @TempDir Path directory;
  private final CurveKeyPair key = CurveKeyPair.generate();
  private String url;
  private FaultyNetwork network;
  private Server first;
  private Server second;
  private final CompletableFuture<Throwable> death = new CompletableFuture<>();

  @BeforeAll
  static void startDatabase() {
    database = PostgresServer.start();
  }

  @BeforeEach
  void start() throws Exception {
    url = database.newDatabase();
    String port = DatastoreUrl.parse(url).hosts().replaceFirst(".*:", "");
    network = new FaultyNetwork(Integer.parseInt(port));
    first = start("first", url.replace(":" + port + "/", ":" + network.port() + "/"));
    database.sql(url, RECORD);
    second = start("second", url);
    Thread watch = new Thread(this::awaitDeath, "watch");
    watch.setDaemon(true);
    watch.start();
    joinNode(first);
    await("the first knows that it is not alone")
        .atMost(TIMEOUT)
        .until(() -> !api("first").status().leadership().standbys().isEmpty());
    assertTrue(first.leads());
    assertFalse(second.leads());
  }

  private void awaitDeath() {
    try {
      first.awaitEnd();
    } catch (ServerDiedException e) {
      death.complete(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void stop() {
    network.close();
    second.close();
    first.close();
  }

  @Test
  void aLeaderInTheMiddleOfACommitStandsByAndTakesPartAgain() throws Exception {
    Job unheard = TestServer.job("n");
    network.fallSilent();
    CompletableFuture<Void> submitted = submitTo("first", unheard);
    standsByAndTakesPartAgain(submitted, unheard);
  }

  /** So that what waits is not a question but the handshake of a new connection. */
  @Test
  void aLeaderThatIsConnectingStandsByAndTakesPartAgain() throws Exception {
    Job unheard = TestServer.job("n");
    network.fallSilent();
    int before = network.accepted();
    network.cut();
    CompletableFuture<Void> submitted = submitTo("first", unheard);
    await("it connects anew").atMost(TIMEOUT).until(() -> network.accepted() > before + 1);
    standsByAndTakesPartAgain(submitted, unheard);
  }

  private void standsByAndTakesPartAgain(CompletableFuture<Void> submitted, Job unheard)
      throws Exception {
    await("the other leads").atMost(TIMEOUT).until(second::leads);
    await("it stands by, and answers")
        .atMost(TIMEOUT)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> death.isDone() || !first.leads() && !api("first").status().leadership().leads());
    assertFalse(death.isDone(), () -> "the process ended: " + death.join());
    assertFalse(submitted.isDone() && !submitted.isCompletedExceptionally());
    Job heard = TestServer.job("n");
    joinNode(second);
    api("second").submit(List.of(heard), Map.of());

    // What was under way comes through only now.
    network.heal();
    await("the other sees it again")
        .atMost(TIMEOUT)
        .until(() -> !api("second").status().leadership().standbys().isEmpty());
    assertTrue(second.leads());
    second.close();
    await("it leads again").atMost(TIMEOUT).until(first::leads);
    joinNode(first);
    Job after = TestServer.job("n");
    api("first").submit(List.of(after), Map.of());

    assertFalse(death.isDone(), () -> "the process ended: " + death.join());
    assertEquals("2", database.sql(url, "SELECT count(*) FROM directord.jobs"));
    assertEquals(
        "0",
        database.sql(url, "SELECT count(*) FROM directord.jobs WHERE id = '" + unheard.id() + "'"));
    assertEquals(
        "0",
        database.sql(
            url,
            "SELECT count(*) FROM recorded late JOIN recorded early"
                + " ON late.id > early.id AND late.epoch < early.epoch"));
    assertEquals(
        "1",
        database.sql(
            url,
            "SELECT max(servers) FROM (SELECT count(DISTINCT who) AS servers FROM recorded"
                + " GROUP BY epoch) AS one"));
    assertEquals(
        "2", database.sql(url, "SELECT count(DISTINCT who) FROM recorded WHERE epoch <= 3"));
    assertEquals("3", database.sql(url, "SELECT max(epoch) FROM recorded"));
  }

  private CompletableFuture<Void> submitTo(String name, Job job) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            api(name).submit(List.of(job), Map.of());
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        },
        work -> {
          Thread thread = new Thread(work, "submitter");
          thread.setDaemon(true);
          thread.start();
        });
  }

  /** So that jobs for it are taken. */
  private void joinNode(Server at) {
    try (FakeNode node = ServerOptions.node("n", at, key)) {
      node.join();
    }
  }

  private Server start(String name, String datastore) throws Exception {
    Map<Setting<?>, String> options = ServerOptions.of(directory.resolve(name), socket(name));
    options.put(Settings.DATASTORE, datastore);
    return Server.start(SettingsLoader.load(options, Map.of()), TIMES);
  }

  private Path socket(String name) {
    return directory.resolve(name + ".sock");
  }

  private ServerConnection api(String name) {
    return new ServerConnection(socket(name));
  }
}
