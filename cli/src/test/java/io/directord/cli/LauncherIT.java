package io.directord.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the launcher makes of the locale, of the home directory, and of Java runtimes to come. */
class LauncherIT {
  private static final Path RUNTIMES = Path.of("/usr/lib/jvm");

  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = new TestCluster(directory);
    cluster.startServer();
    // One that is not made on the machine, mostly, and one whose encoding is another.
    cluster.set("LANG", "en_US.UTF-8").set("LC_ALL", "de_DE.ISO-8859-1");
    cluster.startClient("node-1");
    cluster.set("LANG", null).set("LC_ALL", null);
    cluster.awaitActive(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "POSIX", "en_US.UTF-8", "de_DE.ISO-8859-1", "nonsense"})
  void aCommandIsRunByteForByteWhateverTheLocale(String locale) {
    cluster.set("LANG", locale).set("LC_ALL", locale);
    Ran ran =
        cluster.run("exec", "--stream", "--verb", "RUN", "--skip-cache echo grün | od -An -tx1");
    cluster.set("LANG", null).set("LC_ALL", null);
    assertTrue(ran.out().contains(" 67 72 c3 bc 6e 0a\n"), ran::toString);
  }

  @Test
  void commandsGetTheLocaleThatTheClientWasStartedWith() {
    Ran ran =
        cluster.run(
            "exec",
            "--stream",
            "--verb",
            "RUN",
            "--skip-cache echo \"$LANG $LC_ALL ${LC_CTYPE-no}\"");
    assertTrue(ran.out().contains("\nen_US.UTF-8 de_DE.ISO-8859-1 no\n"), ran::toString);
  }

  @Test
  void anArgumentThatIsNotUtf8IsRefusedAndNotDamaged() {
    cluster.through("sh", "-c", "exec \"$@\" \"$(printf 'echo gr\\374n')\"", "sh");
    Ran ran = cluster.run("exec", "--wait", "--verb", "RUN");
    cluster.through();
    ran.expect(2);
    assertTrue(ran.err().contains("is not UTF-8"), ran::toString);
  }

  @Test
  void withoutAHomeNothingIsPutBesideTheWorkingDirectory() throws IOException {
    Path here = Files.createDirectory(directory.resolve("here"));
    ProcessBuilder builder = cluster.command("manage", "--list-nodes").directory(here.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(
            name -> name.matches("HOME|USER|DIRECTORD_(STATE|CACHE)_PATH|DIRECTORD_CONFIG_FILE"));
    ran(builder).expect(0);
    builder.command(
        "setpriv",
        "--reuid=54321",
        "--regid=54321",
        "--clear-groups",
        TestCluster.distribution().resolve("bin/directord").toString(),
        "client");
    if (Files.isWritable(Path.of("/root"))) {
      Ran client = ran(builder).expect(1);
      assertTrue(client.err().contains("--state-path"), client::toString);
    }
    try (Stream<Path> made = Files.list(here)) {
      assertEquals(0, made.count());
    }
  }

  @Test
  void anUnknownWayOfJavaToStartProcessesDoesNotMatter() {
    cluster.set("DIRECTORD_JAVA_OPTS", "-Djdk.lang.Process.launchMechanism=UNKNOWN");
    TestProcess client = cluster.startClient("node-2");
    cluster.set("DIRECTORD_JAVA_OPTS", null);
    cluster.awaitActive(2);
    cluster.run("exec", "--wait", "--target", "node-2", "--verb", "RUN", "true").expect(0);
    client.stop();
    cluster.run("manage", "--forget-node", "node-2").expect(0);
  }

  @Test
  void moreMemoryMakesNoNoise() {
    for (String options :
        List.of("-Xmx256m -Dany=thing", "-Xmx96m", "-XX:MaxRAMPercentage=50 -Xss2m")) {
      cluster.set("DIRECTORD_JAVA_OPTS", options);
      Ran ran = cluster.run("exec", "--wait", "--verb", "RUN", "true").expect(0);
      cluster.set("DIRECTORD_JAVA_OPTS", null);
      assertEquals(-1, ran.err().indexOf("compiler directives"), ran::toString);
    }
  }

  /** The archive of classes holds for one directory; that of the build is for its own. */
  @Test
  void aDistributionThatWasMovedSaysThatItStartsSlowlyToWhoAsks() throws IOException {
    String slow = "three times slower";
    Path moved = directory.resolve("moved");
    ran(new ProcessBuilder("cp", "-a", TestCluster.distribution().toString(), moved.toString()))
        .expect(0);
    String remedy = moved.toRealPath() + "/share/archive-classes.sh' makes it";
    for (String words :
        List.of("config check", "healthcheck server", "manage --status", "client --diagnose")) {
      Ran here = cluster.run(words.split(" "));
      assertFalse((here.out() + here.err()).contains(slow), here::toString);
      ProcessBuilder builder = cluster.command(words.split(" "));
      List<String> command = new ArrayList<>(builder.command());
      command.replaceAll(word -> word.replace(TestCluster.distribution() + "/", moved + "/"));
      Ran there = ran(builder.command(command));
      assertEquals(here.status(), there.status(), there::toString);
      String said = there.out() + there.err();
      assertTrue(said.contains(slow) && said.contains(remedy), there::toString);
    }
    assertFalse(cluster.logs().contains(slow), cluster::logs);
    Ran quick = ran(new ProcessBuilder(moved.resolve("bin/directord").toString(), "--version"));
    assertFalse((quick.out() + quick.err()).contains(slow), quick::toString);

    String maker = "/share/archive-classes.sh";
    Ran here = ran(new ProcessBuilder(TestCluster.distribution() + maker, "--if-needed"));
    assertEquals("", here.expect(0).out() + here.err());
    // It takes minutes of a slow machine, so that it began is enough.
    Path mktemp = Files.createDirectory(directory.resolve("programs")).resolve("mktemp");
    Files.writeString(mktemp, "#!/bin/sh\nexit 9\n");
    assertTrue(mktemp.toFile().setExecutable(true));
    ProcessBuilder there = new ProcessBuilder(moved + maker, "--if-needed");
    there.environment().merge("PATH", mktemp.getParent() + ":", (path, first) -> first + path);
    ran(there).expect(9);
  }

  /** To look for what is not in the class archive, Java reads the names of all files of the jar. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "exec;--wait;--target;node-1;--verb;RUN;--skip-cache true",
        "manage;--list-nodes",
        "manage;--list-jobs",
        "manage;--job-info;last"
      })
  void aShortCommandNeedsNothingThatTheArchiveLacks(String words) throws IOException {
    cluster.run("exec", "--wait", "--target", "node-1", "--verb", "RUN", "true").expect(0);
    Path loaded = directory.resolve("loaded");
    cluster.set("DIRECTORD_JAVA_OPTS", "-Xlog:class+load:file=" + loaded);
    cluster.run(words.split(";")).expect(0);
    cluster.set("DIRECTORD_JAVA_OPTS", null);
    String classes = Files.readString(loaded);
    assumeTrue(
        classes.contains(" io.directord.cli.Main source: shared objects file"),
        "needs a class archive for this runtime");
    for (String needless :
        List.of("java.util.zip.ZipFile$Source ", "java.util.logging.LogManager ")) {
      assertFalse(classes.contains(" " + needless), needless);
    }
    assertFalse(classes.matches("(?s).* source: file:.*"), classes);
  }

  /** The newest runtime on this machine, if it is another than the one that runs this. */
  @Test
  void theNewestRuntimeHasNothingToWarnOf() throws IOException {
    Path runtime = newest().orElse(null);
    assumeTrue(runtime != null, "needs a second, newer Java runtime in " + RUNTIMES);
    assertQuiet(runtime);
  }

  /** What it would say of options that are gone ends it before it says anything else. */
  @Test
  void aRuntimeOfAVersionToComeStarts() throws IOException {
    Path real = newest().orElse(Path.of(System.getProperty("java.home")));
    assumeTrue(feature(real) >= 24, "needs a Java runtime of version 24 or later in " + RUNTIMES);
    Path runtime = Files.createDirectories(directory.resolve("java-99"));
    Files.writeString(runtime.resolve("release"), "JAVA_VERSION=\"99.0.1\"\n");
    Files.createDirectories(runtime.resolve("bin"));
    Files.createSymbolicLink(runtime.resolve("bin/java"), real.resolve("bin/java"));
    assertQuiet(runtime);
  }

  /**
   * Server, client and command line on that runtime: jobs succeed, and only the log is on stderr.
   */
  private static void assertQuiet(Path runtime) throws IOException {
    Path place = Files.createDirectories(directory.resolve("on-" + runtime.getFileName()));
    try (TestCluster newer = new TestCluster(place)) {
      newer.set("JAVA_HOME", runtime.toString());
      newer.startServer();
      newer.startClient("node-1");
      newer.awaitActive(1);
      Path file = newer.write("greeting", "hello\n");
      for (String[] words :
          new String[][] {
            {"--version"},
            {"--help"},
            {"manage", "--list-nodes"},
            {"exec", "--poll", "--verb", "ARG", "who me"},
            {"exec", "--poll", "--verb", "RUN", "echo {{ who | upper }}"},
            {"exec", "--poll", "--verb", "COPY", file + " " + place.resolve("copied")}
          }) {
        Ran ran = newer.run(words).expect(0);
        assertFalse(ran.err().matches("(?s).*(WARN|warning|deprecated).*"), ran::toString);
      }
      newer
          .logs()
          .lines()
          .forEach(
              line ->
                  assertTrue(
                      line.matches("(== |\\d{4}-\\d\\d-\\d\\dT\\S+ (INFO |WARN ) ).*"), line));
    }
  }

  private static Ran ran(ProcessBuilder builder) throws IOException {
    Process process = builder.redirectInput(new java.io.File("/dev/null")).start();
    String out = new String(process.getInputStream().readAllBytes());
    String err = new String(process.getErrorStream().readAllBytes());
    return new Ran(builder.command(), process.onExit().join().exitValue(), out, err);
  }

  private static Optional<Path> newest() throws IOException {
    if (!Files.isDirectory(RUNTIMES)) {
      return Optional.empty();
    }
    try (Stream<Path> all = Files.list(RUNTIMES)) {
      return all.filter(runtime -> feature(runtime) > Runtime.version().feature())
          .max(Comparator.comparing(LauncherIT::feature));
    }
  }

  /** The first number of its version; 0 if it is no runtime. */
  private static int feature(Path runtime) {
    try (Stream<String> lines = Files.lines(runtime.resolve("release"))) {
      return lines
          .filter(line -> line.startsWith("JAVA_VERSION=\""))
          .map(line -> line.substring(14).split("\\D")[0])
          .mapToInt(Integer::parseInt)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
