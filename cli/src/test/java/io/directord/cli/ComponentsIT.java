package io.directord.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verbs that users define, with real processes. */
class ComponentsIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(240);

  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = new TestCluster(directory);
    cluster.write("config.yaml", "");
    cluster.startServer();
    cluster.startClient("node-1");
    cluster.startClient("node-2");
    cluster.awaitActive(2);
    // Only the operator's side knows where definitions are.
    cluster.set("DIRECTORD_CONFIG_FILE", directory.resolve("config.yaml").toString());
  }

  @Test
  void aVerbIsDefinedRunChangedAndRunAgain() {
    define("hello", "operands: {who: {}}\nscript: echo \"hello $ARG_WHO\"\n");
    Ran first = exec("HELLO", "world").expect(0);
    assertTrue(first.out().contains("node-1 -- STDOUT\nhello world\n"), first::toString);
    assertTrue(first.out().contains("node-2 -- STDOUT\nhello world\n"), first::toString);
    define("hello", "operands: {who: {}}\nscript: echo \"good evening $ARG_WHO\"\n");
    Ran second = exec("HELLO", "world").expect(0);
    assertTrue(second.out().contains("node-1 -- STDOUT\ngood evening world\n"), second::toString);
    assertTrue(second.out().contains("node-2 -- STDOUT\ngood evening world\n"), second::toString);
    Path kept = cluster.state("node-1").resolve("client/components/HELLO");
    assertEquals(1, kept.toFile().list().length, "the older version is gone");
  }

  @Test
  void aNodeThatJoinsLaterGetsIt() {
    define("late", "script: echo \"late on $DIRECTORD_NODE\"\n");
    exec("LATE", "").expect(0);
    TestProcess late = cluster.startClient("node-late");
    cluster.awaitActive(3);
    Ran ran = exec("LATE", "").expect(0);
    late.stop();
    assertTrue(ran.out().contains("node-late -- STDOUT\nlate on node-late\n"), ran::toString);
    cluster.run("manage", "--forget-node", "node-late").expect(0);
  }

  @Test
  void aScriptThatFailsFailsTheJob() {
    define("fails", "script: |\n  echo 'no such thing' >&2\n  exit 3\n");
    Ran ran = exec("FAILS", "--skip-cache").expect(1);
    assertTrue(ran.err().contains("exit status 3: FAILS"), ran::toString);
    assertTrue(ran.out().contains("node-1 -- STDERR\nno such thing\n"), ran::toString);
  }

  @Test
  void aWrongOptionNamesVerbOptionAndTheNearest() {
    define("options", "options: {times: {type: integer}}\nscript: echo $ARG_TIMES\n");
    Ran unknown = exec("OPTIONS", "--tmies 3").expect(2);
    assertTrue(
        unknown.err().contains("OPTIONS: unknown option --tmies (did you mean --times?)"),
        unknown::toString);
    Ran wrong = exec("OPTIONS", "--times many").expect(2);
    assertTrue(
        wrong.err().contains("OPTIONS: --times: a whole number is expected, not 'many'"),
        wrong::toString);
  }

  @Test
  void anErrorInADefinitionNamesFileAndLine() {
    Path file = define("broken", "options:\n  times:\n    tpye: integer\nscript: true\n");
    Ran ran = exec("BROKEN", "").expect(2);
    assertTrue(
        ran.err().contains(file + ":4:5: unknown key tpye (did you mean type?)"), ran::toString);
  }

  @Test
  void theTimeoutEndsTheProcessTree() {
    define("slow", "script: |\n  sleep 5711 &\n  setsid sleep 5712 &\n  sleep 5713\n");
    Ran ran = exec("SLOW", "--timeout 1").expect(1);
    assertTrue(ran.err().contains("with everything it had started"), ran::toString);
    await()
        .atMost(TIMEOUT)
        .until(
            () ->
                cluster.leftBehind().stream()
                    .noneMatch(
                        process -> process.info().commandLine().orElse("").contains("sleep 571")));
  }

  @Test
  void theLockOfADefinitionSerialises() {
    Path door = directory.resolve("door");
    define(
        "alone",
        "lock: door\noptions: {n: {}}\nscript: |\n"
            + ("  d=" + door + "-$DIRECTORD_NODE\n")
            + "  mkdir \"$d\" || exit 9\n  sleep 0.3\n  rmdir \"$d\"\n");
    StringBuilder file = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      file.append("- async: true\n  jobs:\n  - ALONE: --n " + i + "\n");
    }
    Path site = cluster.write("alone.yaml", file.toString());
    cluster.run("orchestrate", site.toString(), "--poll").expect(0);
  }

  @Test
  void helpShowsWhatTheDefinitionSays() {
    define(
        "helpful",
        "options: {times: {type: integer, default: 2, help: How often.}}\n"
            + "operands: {who: {type: list, help: Whom.}}\n"
            + "examples: 'HELPFUL: --times 3 you'\nscript: true\n");
    Ran ran = cluster.run("exec", "--verb", "HELPFUL", "--exec-help true").expect(0);
    for (String part :
        new String[] {
          "Usage: HELPFUL",
          "--times=N",
          "How often. Default: 2",
          "WHO...",
          "--timeout",
          "HELPFUL: --times 3 you"
        }) {
      assertTrue(ran.out().contains(part), part + " in " + ran);
    }
  }

  @Test
  void argumentsAreRenderedOnTheNodeAndThenChecked() {
    define(
        "render",
        "operands: {count: {type: integer}, text: {type: rest}}\n"
            + "script: echo \"$ARG_COUNT+$ARG_TEXT\"\n");
    cluster.run("exec", "--poll", "--verb", "ARG", "number 42").expect(0);
    cluster.run("exec", "--poll", "--verb", "ARG", "word many").expect(0);
    Ran ran = exec("RENDER", "{{ number }} is \"{{ word }}\"").expect(0);
    assertTrue(ran.out().contains("42+is \"many\""), ran::toString);
    Ran wrong = exec("RENDER", "{{ word }} x").expect(1);
    assertTrue(
        wrong.err().contains("RENDER: count: a whole number is expected, not 'many'"),
        wrong::toString);
    Ran undefined = exec("RENDER", "{{ nowhere }} x").expect(1);
    assertTrue(undefined.err().contains("nowhere"), undefined::toString);
  }

  @Test
  void whatSucceededIsSkippedUnlessTheDefinitionSaysNo() throws IOException {
    Path log = directory.resolve("cached.log");
    define("cached", "script: echo x >> " + log + "-$DIRECTORD_NODE\n");
    exec("CACHED", "").expect(0);
    exec("CACHED", "").expect(0);
    assertEquals("x\n", Files.readString(Path.of(log + "-node-1")));
    define("cached", "cacheable: false\nscript: echo y >> " + log + "-$DIRECTORD_NODE\n");
    exec("CACHED", "").expect(0);
    exec("CACHED", "").expect(0);
    assertEquals("x\ny\ny\n", Files.readString(Path.of(log + "-node-1")));
  }

  @Test
  void whatItKeepsIsAnArgumentWithItsStructure() {
    define("facts", "keeps: found\nscript: |\n  echo '{\"disks\": [\"sda\", \"sdb\"]}'\n");
    exec("FACTS", "").expect(0);
    Ran ran = exec("ECHO", "{{ found.disks | last }}").expect(0);
    assertTrue(ran.out().contains("node-1 -- STDOUT\nsdb"), ran::toString);
    cluster.run("exec", "--poll", "--verb", "CACHEEVICT", "args").expect(0);
    exec("FACTS", "").expect(0);
    exec("ECHO", "--skip-cache {{ found.disks | last }}").expect(0);
  }

  @Test
  void aDirectoryIsShippedWithAllThatIsInIt() {
    cluster.write(
        "components/sums/component.yaml",
        "description: Adds.\noptions: {weights: {type: json, default: '{\"a\": 1}'}}\n"
            + "operands: {names: {type: list}}\nfile: main.sh\n");
    cluster.write("components/sums/lib/words.sh", "word=shipped\n");
    cluster.write(
        "components/sums/main.sh",
        "#!/bin/sh -e\n. \"$DIRECTORD_COMPONENT/lib/words.sh\"\n"
            + "echo \"$word $ARG_WEIGHTS\" $ARG_NAMES\ncat \"$DIRECTORD_ARGUMENTS\"\n");
    Ran ran = exec("SUMS", "one 'two three'").expect(0);
    assertTrue(ran.out().contains("shipped {\"a\":1} one two three\n"), ran::toString);
    assertTrue(
        ran.out()
            .contains("\"arguments\":{\"weights\":{\"a\":1},\"names\":[\"one\",\"two three\"]}"),
        ran::toString);
    cluster.write("components/sums/lib/words.sh", "word=renewed\n");
    Ran again = exec("SUMS", "one 'two three'").expect(0);
    assertTrue(again.out().contains("renewed {\"a\":1} one two three\n"), again::toString);
  }

  @Test
  void echoAndLineComeWithTheDistribution() throws IOException {
    Ran echo = exec("ECHO", "--skip-cache it  is 'me'").expect(0);
    assertTrue(echo.out().contains("node-1 -- STDOUT\nit  is 'me'"), echo::toString);
    Ran help = cluster.run("exec", "--verb", "LINE", "--exec-help true").expect(0);
    assertTrue(help.out().replaceAll("\\s+", " ").contains("PATH [LINE]"), help::toString);
    Path file = cluster.write("hosts", "127.0.0.1 localhost\n10.0.0.7 old\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    one("LINE", "--match '^10[.]0[.]0[.]7 ' " + file + " 10.0.0.7 director").expect(0);
    assertEquals("127.0.0.1 localhost\n10.0.0.7 director\n", Files.readString(file));
    Ran same = one("LINE", file + " 10.0.0.7 director").expect(0);
    assertTrue(same.out().contains("is as it should be"), same::toString);
    one("LINE", file + " 10.0.0.8 other").expect(0);
    one("LINE", "--absent " + file + " 127.0.0.1 localhost").expect(0);
    assertEquals("10.0.0.7 director\n10.0.0.8 other\n", Files.readString(file));
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    Ran missing = one("LINE", directory.resolve("nowhere") + " a").expect(1);
    assertTrue(missing.out().contains("--create makes it"), missing::toString);
    one("LINE", "--create " + directory.resolve("made") + " a  b").expect(0);
    assertEquals("a  b\n", Files.readString(directory.resolve("made")));
  }

  @Test
  void anUnknownVerbNamesThoseThatAreDefined() {
    define("greetings", "script: true\n");
    cluster.write("components/theirs.py", "# a component of the original\n");
    Ran ran = exec("GREETIGNS", "").expect(2);
    assertTrue(ran.err().contains("(did you mean GREETINGS?)"), ran::toString);
    Ran theirs = exec("THEIRS", "").expect(2);
    assertTrue(theirs.err().contains("it needs a definition, theirs.yaml"), theirs::toString);
  }

  @Test
  void nothingOfARunIsLeftBehind() {
    define("tidy", "script: test -r \"$DIRECTORD_ARGUMENTS\"\n");
    exec("TIDY", "").expect(0);
    Path papers = cluster.state("node-1").resolve("client/components/.arguments");
    assertEquals(0, papers.toFile().list().length);
  }

  private static Path define(String name, String rest) {
    return cluster.write("components/" + name + ".yaml", "description: A test.\n" + rest);
  }

  private static Ran exec(String verb, String text) {
    return cluster.run("exec", "--stream", "--verb", verb, "--", text);
  }

  private static Ran one(String verb, String text) {
    return cluster.run("exec", "--stream", "--target", "node-1", "--verb", verb, "--", text);
  }
}
