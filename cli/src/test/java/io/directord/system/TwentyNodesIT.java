package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.client.Client;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an operator does with many nodes, in one go: the right ones, first without doing it, then a
 * few at a time, a whole directory. The nodes are clients in this process, each with directories
 * and a connection of its own; server and commands are processes.
 */
@Tag("long")
class TwentyNodesIT {
  private static final List<String> WEB =
      IntStream.rangeClosed(1, 14).mapToObj(i -> String.format("web-%02d", i)).toList();
  private static final List<String> DB =
      IntStream.rangeClosed(1, 6).mapToObj(i -> String.format("db-%02d", i)).toList();

  @TempDir static Path directory;
  private static final List<Client> CLIENTS = new ArrayList<>();
  private static TestCluster cluster;
  private static Path nodes;

  @BeforeAll
  static void start() throws Exception {
    cluster = new TestCluster(directory);
    nodes = Files.createDirectory(directory.resolve("nodes"));
    cluster.set(
        "DIRECTORD_CONFIG_FILE",
        cluster.write("server.yaml", "groups: {canary: [web-02, db-01]}\n").toString());
    cluster.startServer();
    for (String name : WEB) {
      CLIENTS.add(client(name, "role=web"));
    }
    for (String name : DB) {
      CLIENTS.add(client(name, "role=db"));
    }
    cluster.awaitActive(WEB.size() + DB.size());
  }

  private static Client client(String name, String labels) throws Exception {
    Path own = directory.resolve("clients").resolve(name);
    Map<Setting<?>, String> values = new HashMap<>();
    values.put(Settings.CONFIG_FILE, cluster.write("client.yaml", "").toString());
    values.put(Settings.IDENTITY, name);
    values.put(Settings.MACHINE_ID, "machine-" + name);
    values.put(Settings.LABELS, labels);
    values.put(Settings.SHARED_KEY, cluster.variable("DIRECTORD_SHARED_KEY"));
    values.put(Settings.JOB_PORT, Integer.toString(cluster.jobPort()));
    values.put(Settings.STATE_PATH, own.resolve("state").toString());
    values.put(Settings.CACHE_PATH, own.resolve("cache").toString());
    Files.createDirectory(nodes.resolve(name));
    return Client.start(
        SettingsLoader.load(values, Map.of()),
        (thread, death) -> System.err.println(name + ": " + thread + " died: " + death));
  }

  @AfterAll
  static void stop() {
    CLIENTS.forEach(Client::close);
    cluster.close();
  }

  @Test
  void aDirectoryIsPreviewedAndThenRolledOutToTheRightNodesAndFinishedWhereItFailed()
      throws IOException {
    cluster.write("site/index.html", "one\n");
    cluster.write("site/img/logo", "logo\n");
    Path file =
        cluster.write(
            "site.yaml",
            """
            - name: web tier
              targets: ['@role=web and not @drained=yes', '%%canary']
              rolling: {batch: [1, 4], max_failures: 1}
              jobs:
              - COPY: --recursive --delete site/ %1$s/{{ node }}/site
                name: tree
              - RUN: --skip-cache sh %1$s/check {{ node }}
                name: check
              - RUN: --skip-cache echo x >> %1$s/{{ node }}/restarts
                name: restart
                when-changed: tree
            """
                .formatted(nodes));
    // Where it is held, a node finishes only after web-05 has failed.
    Files.writeString(
        nodes.resolve("check"),
        """
        cd %s/$1 || exit
        [ ! -e broken ] || { touch failed; exit 1; }
        while [ -e held ] && [ ! -e ../web-05/failed ]; do sleep 0.1; done
        """
            .formatted(nodes));
    cluster.run("manage", "--label", "*", "drained=no").expect(0);
    cluster.run("manage", "--label", "web-14", "drained=yes").expect(0);
    List<String> wanted = Stream.concat(WEB.subList(0, 13).stream(), Stream.of("db-01")).toList();

    // First nothing is done, and it is said what would be.
    Ran check = cluster.run("orchestrate", "--check-only", file.toString()).expect(0);
    assertTrue(check.out().contains("14 nodes: "), check::toString);
    Ran preview =
        cluster
            .run("orchestrate", "--dry-run", "--diff", file.toString(), "--limit", "%canary")
            .expect(0);
    assertTrue(
        preview
            .out()
            .contains(
                "web-02: would change: "
                    + nodes
                    + "/web-02/site: new directory, 3 new (img/, img/logo, index.html)"),
        preview::toString);
    assertTrue(preview.out().contains("+one"), preview::toString);
    assertTrue(preview.out().contains("db-01: would change: "), preview::toString);
    assertEquals(List.of(), having("site"));

    // Two fail, and one may: it stops with less than all.
    Files.createFile(nodes.resolve("web-03/broken"));
    Files.createFile(nodes.resolve("web-05/broken"));
    for (String name : WEB.subList(5, 14)) {
      Files.createFile(nodes.resolve(name + "/held"));
    }
    Ran paused = run(file, "--limit", "not web-01").expect(1);
    String why = "2 failed and at most 1 may (web-03, web-05)";
    assertTrue(
        paused.err().contains("parent 'web tier' is paused, and has not begun on "),
        paused::toString);
    assertTrue(paused.err().contains(why), paused::toString);
    List<String> begun = having("site");
    assertTrue(begun.containsAll(List.of("web-02", "web-03", "web-04", "web-05")), begun::toString);
    // Three are held beside it, and when they go on the failure may be on its way.
    assertTrue(begun.size() <= 10 && !begun.contains("db-01"), begun::toString);
    Ran waits = cluster.run("why", "last", "db-01").expect(0);
    assertTrue(waits.out().contains(why), waits::toString);

    // It goes on, and where it failed it is done when the cause is mended.
    cluster.run("manage", "--resume", "last").expect(0);
    List<String> limited = wanted.stream().filter(name -> !name.equals("web-01")).toList();
    awaiting("the others are done").until(() -> having("site").equals(sorted(limited)));
    awaiting("it has ended")
        .until(() -> cluster.api().jobs(null).stream().noneMatch(job -> job.processing()));
    assertEquals(
        sorted(limited.stream().filter(name -> !name.matches("web-0[35]")).toList()),
        having("restarts"));
    Files.delete(nodes.resolve("web-03/broken"));
    Files.delete(nodes.resolve("web-05/broken"));
    Ran again = cluster.run("rerun", "--failed", "--wait").expect(0);
    assertTrue(again.err().contains("2 jobs on 2 of 13 nodes: web-03,web-05"), again::toString);
    assertEquals(sorted(limited), having("restarts"));

    // What is there is not delivered again, and nothing follows it.
    run(file).expect(0);
    assertEquals(sorted(wanted), having("restarts"));
    Map<String, String> delivered = trees();
    assertEquals(
        1, Map.copyOf(delivered).values().stream().distinct().count(), delivered::toString);
    assertEquals("x\n", Files.readString(nodes.resolve("web-02/restarts")));

    // A change is shown, reaches every node, and is followed there.
    cluster.write("site/index.html", "two\n");
    Files.delete(directory.resolve("site/img/logo"));
    Ran diff = cluster.run("orchestrate", "--dry-run", "--diff", file.toString()).expect(0);
    assertTrue(
        diff.out().contains("1 changed (index.html), 1 deleted (img/logo), 1 unchanged"),
        diff::toString);
    assertTrue(diff.out().contains("    -one\n    +two\n"), diff::toString);
    assertEquals(delivered, trees());
    run(file).expect(0);
    for (String name : wanted) {
      assertEquals("two\n", Files.readString(nodes.resolve(name).resolve("site/index.html")));
      assertEquals("x\nx\n", Files.readString(nodes.resolve(name).resolve("restarts")), name);
      assertEquals(0, nodes.resolve(name).resolve("site/img").toFile().list().length);
    }
    assertEquals(sorted(wanted), having("site"));
  }

  private static Ran run(Path file, String... options) {
    List<String> words = new ArrayList<>(List.of("orchestrate", "--wait", file.toString()));
    words.addAll(List.of(options));
    return cluster.run(words.toArray(String[]::new));
  }

  private static List<String> sorted(List<String> names) {
    return names.stream().sorted().toList();
  }

  /** The nodes that have that entry. */
  private static List<String> having(String entry) {
    return Stream.concat(DB.stream(), WEB.stream())
        .filter(name -> Files.exists(nodes.resolve(name).resolve(entry)))
        .toList();
  }

  /** What each node has below its site. */
  private static Map<String, String> trees() throws IOException {
    Map<String, String> trees = new TreeMap<>();
    for (String name : having("site")) {
      Path site = nodes.resolve(name).resolve("site");
      StringBuilder text = new StringBuilder();
      try (Stream<Path> all = Files.walk(site)) {
        for (Path path : all.sorted().toList()) {
          text.append(site.relativize(path)).append('=');
          text.append(Files.isDirectory(path) ? "/" : Files.readString(path)).append(';');
        }
      }
      trees.put(name, text.toString());
    }
    return trees;
  }
}
