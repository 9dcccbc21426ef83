package io.directord.server.store.redis;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.nats.FreePorts;
import io.directord.server.store.DatabaseServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** A Redis of the test's own, on a free port, with a password; durable unless it is said. */
public final class RedisServer implements DatabaseServer {
  private static final String PASSWORD = "p4ss-w0rd";
  private static final Duration TIMEOUT = Duration.ofSeconds(240);
  private static final Path PROGRAM = Path.of("/usr/bin/redis-server");

  private final Path directory;
  private final int port;
  private final List<String> options;
  private int databases;
  private Process process;

  private RedisServer(Path directory, List<String> options) {
    this.directory = directory;
    this.options = options;
    this.port = FreePorts.next();
  }

  /**
   * Starts one; the test is skipped if Redis is not installed.
   *
   * @param options as on its command line
   */
  public static RedisServer start(Path directory, String... options) {
    assumeTrue(Files.isExecutable(PROGRAM), "needs a Redis server, such as Debian's redis-server");
    try {
      RedisServer server =
          new RedisServer(Files.createTempDirectory(directory, "redis"), List.of(options));
      server.startAgain();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void startAgain() {
    List<String> words = new ArrayList<>(List.of(PROGRAM.toString(), "--port", "" + port));
    words.addAll(List.of("--bind", "127.0.0.1", "--dir", directory.toString()));
    words.addAll(List.of("--appendonly", "yes", "--appendfsync", "always", "--save", ""));
    words.addAll(List.of("--requirepass", PASSWORD));
    words.addAll(options);
    try {
      process =
          new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    await("Redis answers").atMost(TIMEOUT).until(this::answers);
  }

  private boolean answers() throws IOException {
    if (!process.isAlive()) {
      throw new AssertionError(Files.readString(directory.resolve("log")));
    }
    try {
      return ask(0, jedis -> jedis.ping().equals("PONG"));
    } catch (JedisException e) {
      return false;
    }
  }

  @Override
  public void stop() {
    process.destroy();
    awaitEnd();
  }

  @Override
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("Redis does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String newDatabase() {
    return url(databases++);
  }

  @Override
  public String password() {
    return PASSWORD;
  }

  /** A database of it, as the setting {@code datastore} names it. */
  public String url(int database) {
    return "redis://:" + PASSWORD + "@127.0.0.1:" + port + "/" + database;
  }

  /** Asks that database. */
  public <T> T ask(int database, Function<Jedis, T> question) {
    try (Jedis jedis =
        new Jedis(
            new HostAndPort("127.0.0.1", port),
            DefaultJedisClientConfig.builder()
                .password(PASSWORD)
                .database(database)
                // What it answers is on the disk, for which others may make it wait.
                .timeoutMillis((int) TIMEOUT.toMillis())
                .build())) {
      return question.apply(jedis);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
