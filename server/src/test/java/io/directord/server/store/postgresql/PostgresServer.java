package io.directord.server.store.postgresql;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.common.config.DatastoreUrl;
import io.directord.nats.FreePorts;
import io.directord.server.store.DatabaseServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.postgresql.Driver;

/** A PostgreSQL of the test's own, on a free port, with a password. */
public final class PostgresServer implements DatabaseServer {
  private static final String USER = "ada";
  private static final String PASSWORD = "p@ss/w:rd";

  private static final String ENCODED_PASSWORD = "p%40ss%2Fw%3Ard";

  private static final Duration TIMEOUT = Duration.ofSeconds(240);
  private static final Path VERSIONS = Path.of("/usr/lib/postgresql");

  private final Path programs;
  private final Path directory;
  private final int port;
  private int databases;
  private Process process;

  private PostgresServer(Path programs) throws IOException {
    this.programs = programs;
    this.port = FreePorts.next();
    // Not one of JUnit's, which the user of the database may not enter.
    this.directory = Files.createTempDirectory("directord-postgres");
  }

  /** Starts one; the test is skipped if PostgreSQL is not installed. */
  public static PostgresServer start() {
    Path programs = programs();
    assumeTrue(programs != null, "needs a PostgreSQL server, such as Debian's postgresql-15");
    try {
      PostgresServer server = new PostgresServer(programs);
      server.create();
      server.startAgain();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path programs() {
    if (!Files.isDirectory(VERSIONS)) {
      return null;
    }
    try (Stream<Path> versions = Files.list(VERSIONS)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
          .max(Comparator.comparing(Path::toString))
          .orElse(null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void create() throws IOException {
    Path password = Files.writeString(directory.resolve("password"), PASSWORD);
    if (isRoot()) {
      var users = FileSystems.getDefault().getUserPrincipalLookupService();
      Files.setOwner(directory, users.lookupPrincipalByName("postgres"));
      Files.setOwner(password, users.lookupPrincipalByName("postgres"));
    }
    List<String> initdb = new ArrayList<>(List.of("-D", data(), "-U", USER, "--no-sync"));
    initdb.addAll(List.of("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"));
    initdb.add("--pwfile=" + password);
    Process made = run("initdb", initdb);
    await("initdb ends").atMost(TIMEOUT).until(() -> !made.isAlive());
    if (made.exitValue() != 0) {
      throw new AssertionError(log());
    }
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private String data() {
    return directory.resolve("data").toString();
  }

  /** It refuses to be root's. */
  private Process run(String program, List<String> arguments) throws IOException {
    List<String> words = new ArrayList<>();
    if (isRoot()) {
      words.addAll(
          List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"));
    }
    words.add(programs.resolve(program).toString());
    words.addAll(arguments);
    return new ProcessBuilder(words)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
        .start();
  }

  @Override
  public void startAgain() {
    List<String> words = new ArrayList<>(List.of("-D", data(), "-p", Integer.toString(port)));
    words.addAll(List.of("-k", directory.toString(), "-c", "listen_addresses=127.0.0.1"));
    words.addAll(List.of("-c", "max_connections=50", "-c", "shared_buffers=16MB"));
    words.addAll(List.of("-c", "fsync=off"));
    try {
      process = run("postgres", words);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    await("the database answers").atMost(TIMEOUT).until(this::answers);
  }

  private boolean answers() {
    if (!process.isAlive()) {
      throw new AssertionError(log());
    }
    try {
      administer("postgres", "SELECT 1");
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private String log() {
    try {
      return Files.readString(directory.resolve("log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    signal("INT");
    await("the database ends").atMost(TIMEOUT).until(() -> !process.isAlive());
  }

  @Override
  public void kill() {
    signal("QUIT");
    await("the database ends").atMost(TIMEOUT).until(() -> !process.isAlive());
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String newDatabase() {
    String name = "jobs" + ++databases;
    administer("postgres", "CREATE DATABASE " + name);
    return url(ENCODED_PASSWORD, name);
  }

  @Override
  public String password() {
    return ENCODED_PASSWORD;
  }

  /** The URL of a database with another password. */
  public static String withPassword(String url, String password) {
    return url.replace(ENCODED_PASSWORD, password);
  }

  private String url(String password, String database) {
    return "postgresql://" + USER + ":" + password + "@127.0.0.1:" + port + "/" + database;
  }

  /** Runs SQL in the database of that URL; the first value of the result, if it has any. */
  public String sql(String url, String sql) {
    return administer(DatastoreUrl.parse(url).database(), sql);
  }

  private String administer(String database, String sql) {
    Properties properties = new Properties();
    properties.setProperty("user", USER);
    properties.setProperty("password", PASSWORD);
    try (Connection connection =
            new Driver()
                .connect("jdbc:postgresql://127.0.0.1:" + port + "/" + database, properties);
        Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return null;
      }
      ResultSet rows = statement.getResultSet();
      return rows.next() ? rows.getString(1) : null;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      if (process.isAlive()) {
        kill();
      }
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
