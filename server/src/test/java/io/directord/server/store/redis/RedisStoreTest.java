package io.directord.server.store.redis;

import static io.directord.server.store.StoredSamples.job;
import static io.directord.server.store.StoredSamples.outcome;
import static io.directord.server.store.StoredSamples.summary;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.config.DatastoreUrl;
import io.directord.common.validation.LaterVersionException;
import io.directord.server.LogLines;
import io.directord.server.store.Change;
import io.directord.server.store.DatabaseServer;
import io.directord.server.store.DatabaseStoreContract;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoreException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.Jedis;

class RedisStoreTest extends DatabaseStoreContract {
  private static final int OF_CONTRACT = 1;
  private static final int OF_TEST = 2;

  @TempDir static Path directory;
  @AutoClose private static RedisServer server;

  private String url;

  @BeforeAll
  static void startServer() {
    server = RedisServer.start(directory);
  }

  @BeforeEach
  void name() {
    url = server.url(OF_TEST);
  }

  @AfterEach
  void empty() {
    server.ask(0, Jedis::flushAll);
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
    return open(server.url(OF_CONTRACT));
  }

  private static RedisStore open(String url) {
    return RedisStore.open(DatastoreUrl.parse(url));
  }

  @Test
  void whatIsCommittedIsThereForTheNextServerThoughRedisDies() {
    try (RedisStore store = open(url)) {
      store.commit(List.of(put(1), new Change.PutResult(1, 1, outcome("b", "out"))));
    }
    server.kill();
    server.startAgain();
    try (RedisStore store = open(url)) {
      assertEquals(1, store.lastSeq());
      assertEquals(Optional.of(outcome("b", "out")), store.result(1, 1));
    }
  }

  @Test
  void nothingOfForgottenJobsIsLeft() {
    try (RedisStore store = open(url)) {
      long before = server.ask(OF_TEST, Jedis::dbSize);
      store.commit(
          List.of(
              put(1),
              new Change.PutResult(1, 0, outcome("a", "")),
              new Change.CancelJobs(List.of(1L)),
              new Change.PutSummary(1, summary(job(1, UUID.randomUUID())))));
      store.commit(List.of(new Change.ForgetJobs(List.of(1L))));
      assertEquals(before, server.ask(OF_TEST, Jedis::dbSize));
    }
  }

  @Test
  void aSecondServerIsRefusedUntilTheFirstEnds() {
    try (RedisStore first = open(url)) {
      StoreException refused = assertThrows(StoreException.class, () -> open(url));
      assertTrue(
          refused
              .getMessage()
              .startsWith("another server uses " + first.location() + ", from 127.0.0.1: stop it"),
          refused::getMessage);
      first.commit(List.of(put(1)));
    }
    open(url).close();
  }

  @Test
  void aServerThatWasKilledIsReplacedAtOnce() {
    try (RedisStore first = open(url)) {
      server.ask(OF_TEST, jedis -> disconnect(jedis));
      try (RedisStore second = open(url)) {
        second.commit(List.of(put(2)));
        assertThrows(StoreException.class, () -> first.commit(List.of(put(3))));
        StoreException refused = assertThrows(StoreException.class, () -> first.commit(List.of()));
        assertTrue(refused.getMessage().startsWith("another server uses "), refused::getMessage);
        assertEquals(List.of(2L), second.unended().stream().map(job -> job.seq()).toList());
      }
    }
  }

  private static Object disconnect(Jedis jedis) {
    for (String client : jedis.clientList().split("\n")) {
      if (client.contains(" name=directord-")) {
        jedis.clientKill(client.replaceFirst(".* addr=(\\S*).*", "$1"));
      }
    }
    return null;
  }

  /** As when the network was cut, and what it held back arrives later. */
  @Test
  void whatAConnectionThatWasCutOffStillSendsIsNotDone() {
    RedisDatabase database = new RedisDatabase(DatastoreUrl.parse(url));
    RedisOwner owner = new RedisOwner(database);
    try (Jedis cutOff = database.connect();
        Jedis next = database.connect()) {
      owner.claim(cutOff);
      StoreException refused =
          assertThrows(
              StoreException.class,
              () ->
                  owner.write(
                      cutOff,
                      late -> {
                        owner.claim(next);
                        owner.write(next, now -> now.set("text", "new"));
                        late.set("text", "old");
                      }));
      assertTrue(refused.getMessage().startsWith("another server uses "), refused::getMessage);
      assertEquals("new", next.get("text"));
    }
  }

  @Test
  void dataOfALaterVersionIsLeftAlone() {
    open(url).close();
    server.ask(OF_TEST, jedis -> jedis.hset("directord:format", "version", "2"));
    StoreException refused = assertThrows(StoreException.class, () -> open(url));
    assertTrue(refused.getCause() instanceof LaterVersionException, refused::toString);
  }

  @Test
  void aDatabaseThatWasEmptiedWhileItWasUsedIsNotTakenForTheOldOne() {
    try (RedisStore store = open(url)) {
      store.commit(List.of(put(1)));
      server.ask(OF_TEST, Jedis::flushDB);

      for (Executable use :
          List.<Executable>of(
              () -> store.commit(List.of(put(2))),
              store::lastSeq,
              () -> store.job(UUID.randomUUID()),
              () -> store.fromNewest(job -> true))) {
        StoreException refused = assertThrows(StoreException.class, use);
        assertTrue(refused.getMessage().contains("was emptied: put it back"), refused::getMessage);
      }
      assertEquals(0, server.ask(OF_TEST, Jedis::dbSize));
    }
  }

  @Test
  void aDatabaseThatHasLostCommitsIsNotUsedInSilence() {
    try (RedisServer other = RedisServer.start(directory, "--appendonly", "no")) {
      try (RedisStore store = open(other.url(0))) {
        store.commit(List.of(put(1)));
        other.ask(0, Jedis::save);
        store.commit(List.of(put(2)));
        store.commit(List.of(put(3)));
        other.kill();
        other.startAgain();
        assertThrows(StoreException.class, () -> store.commit(List.of(put(4))));

        StoreException refused = assertThrows(StoreException.class, () -> store.commit(List.of()));

        assertTrue(
            refused.getMessage().contains("has lost the last 2 commits that it had acknowledged"),
            refused::getMessage);
      }
      try (RedisStore store = open(other.url(0))) {
        assertEquals(1, store.lastSeq());
      }
    }
  }

  @Test
  void whatCannotBeOpenedSaysWhyWithoutThePassword() {
    String secret = "s3cr3t-9";
    StoreException refused =
        assertThrows(StoreException.class, () -> open(url.replace(server.password(), secret)));
    assertTrue(refused.getMessage().contains("WRONGPASS"), refused::getMessage);
    assertFalse(refused.getMessage().contains(secret), refused::getMessage);
  }

  @ParameterizedTest
  @CsvSource({
    "no, always, keeps snapshots only",
    "yes, everysec, acknowledged in the last two seconds",
    "yes, no, since the system wrote them last",
  })
  void howDurableItIsIsSaidAtTheStart(String appendOnly, String sync, String said) {
    List<String> lines = new ArrayList<>();
    try (RedisServer other =
            RedisServer.start(directory, "--appendonly", appendOnly, "--appendfsync", sync);
        LogLines log = new LogLines(RedisOwner.class)) {
      open(other.url(0)).close();
      lines.addAll(log.lines());
    }
    assertEquals(1, lines.size(), lines::toString);
    assertTrue(lines.get(0).contains(said), lines::toString);
  }

  @Test
  void oneThatIsDurableIsUsedWithoutAWord() {
    try (LogLines log = new LogLines(RedisOwner.class)) {
      open(url).close();
      assertEquals(List.of(), log.lines());
    }
  }

  @Test
  void whyNothingIsKeptIsWhatRedisSaysOfIt() {
    try (RedisServer other =
            RedisServer.start(
                directory, "--maxmemory", "100mb", "--maxmemory-policy", "noeviction");
        RedisStore store = open(other.url(0))) {
      store.commit(List.of(put(1)));
      other.ask(0, jedis -> jedis.configSet("maxmemory", "1"));
      StoreException refused =
          assertThrows(StoreException.class, () -> store.commit(List.of(put(2))));
      assertTrue(
          refused
              .getMessage()
              .endsWith("failed: OOM command not allowed when used memory > 'maxmemory'"),
          refused::getMessage);

      other.ask(0, jedis -> jedis.configSet("maxmemory", "0"));
      store.commit(List.of());
      assertEquals(2, store.lastSeq());
    }
  }

  @Test
  void oneThatDeletesJobsWhenItIsFullIsRefused() {
    try (RedisServer other =
        RedisServer.start(directory, "--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")) {
      StoreException refused = assertThrows(StoreException.class, () -> open(other.url(0)));
      assertTrue(refused.getMessage().contains("set it to noeviction"), refused::getMessage);
    }
  }
}
