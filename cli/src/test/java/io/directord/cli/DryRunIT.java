package io.directord.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code --dry-run} with a server and two nodes. */
class DryRunIT {
  @TempDir static Path base;
  @AutoClose private static TestCluster cluster;
  private static Path destination;

  @BeforeAll
  static void start() throws Exception {
    cluster = TestCluster.start(base, 2);
    destination = Files.createDirectories(base.resolve("destination"));
  }

  @Test
  void nothingChangesOnANodeWhateverIsPreviewed() throws Exception {
    cluster.write("files/app.conf", "port={{ port }}\n");
    cluster.write("site/index.html", "new\n");
    cluster.write("site/img/a.txt", "a\n");
    Path site = Files.createDirectories(destination.resolve("site/gone")).getParent();
    Files.writeString(site.resolve("index.html"), "old\n");
    Files.writeString(destination.resolve("old.conf"), "port=80\n");
    Path file =
        cluster.write(
            "site.yaml",
            """
            - name: site
              jobs:
              - ARG: port 8080
              - ENV: MODE check
              - WORKDIR: %1$s/new
              - COPY: --blueprint --chmod=0644 files/app.conf %1$s/old.conf
              - COPY: --chmod=0600 files/app.conf %1$s/new/secret
              - COPY: --recursive --delete site/ %1$s/site
              - FETCH: %1$s/old.conf %1$s/site/*.html
              - RUN: --stdout-arg kernel touch %1$s/ran
              - ARG: release {{ kernel }}
              - QUERY: port
              - CACHEEVICT: all
              - WAIT: --seconds 1
              - REBOOT: 1
            - name: other
              async: true
              jobs:
              - QUEUESENTINEL: stop all
            """
                .formatted(destination));
    // Keys and journals are there once both have done something.
    cluster.run("exec", "--poll", "--verb", "RUN", "echo begun").expect(0);
    Map<String, String> before = settled();

    Ran ran = cluster.run("orchestrate", "--dry-run", "--diff", file.toString()).expect(0);

    assertEquals(before, files());
    assertTrue(ran.out().contains("-port=80\n    +port=8080\n"), ran::toString);
    assertTrue(
        ran.out()
            .contains(
                site + ": 2 new (img/, img/a.txt), 1 changed (index.html), 1 deleted (gone/), 0"),
        ran::toString);
    assertTrue(ran.out().contains("    -old\n    +new\n"), ran::toString);
    assertTrue(ran.out().contains("unknown: needs what a job before it would put"), ran::toString);
    assertTrue(
        ran.out().contains("the content is not shown, since not everyone may read it"),
        ran::toString);
    assertTrue(
        ran.out().contains("unknown: needs kernel, which would come from RUN touch "),
        ran::toString);
    assertTrue(ran.err().contains("Dry run: nothing was changed on any node."), ran::toString);
    assertTrue(
        ran.err()
            .lines()
            .anyMatch(line -> line.startsWith("node-1") && line.contains("would-fail=0")),
        ran::toString);
    Ran list = cluster.run("manage", "--list-jobs", "--output", "json").expect(0);
    JsonNode jobs = Json.mapper().readTree(list.out());
    assertTrue(
        jobs.valueStream()
            .filter(job -> job.path("parent").path("name").asString("").equals("site"))
            .allMatch(job -> job.path("dry_run").asBoolean(false)),
        list::toString);
  }

  @Test
  void whatWouldFailIsExitStatusOneAndItsLaterJobsAreToldAsNotRun() throws Exception {
    Path directory = Files.createDirectories(destination.resolve("directory"));
    cluster.write("files/plain", "x\n");
    Path file =
        cluster.write(
            "fails.yaml",
            "- jobs:\n  - COPY: files/plain %s\n  - RUN: echo {{ nobody_sets_it }}\n"
                .formatted(directory));
    Ran ran = cluster.run("orchestrate", "--dry-run", file.toString()).expect(1);
    assertTrue(
        ran.out().contains("node-[1:2]: would fail: " + directory + " is a directory"),
        ran::toString);
    assertTrue(ran.out().contains("node-[1:2]: would not run, since COPY "), ran::toString);
    assertTrue(ran.err().contains("would-fail=2"), ran::toString);
  }

  @Test
  void whatWouldBeFetchedIsCountedAndNotFetched() throws Exception {
    Path logs = Files.createDirectories(destination.resolve("logs"));
    Files.writeString(logs.resolve("a.log"), "12345");
    Files.writeString(logs.resolve("b.log"), "12345");
    Ran ran = cluster.run("exec", "--dry-run", "--verb", "FETCH", logs + "/*.log").expect(0);
    assertTrue(ran.out().contains("unchanged: would bring 2 files, 10 bytes"), ran::toString);
    Ran none = cluster.run("exec", "--dry-run", "--verb", "FETCH", logs.resolve("none").toString());
    assertTrue(none.expect(1).out().contains("would fail: "), none::toString);
  }

  @Test
  void aVerbOfTheUserIsAskedOnlyIfItsDefinitionSaysThatItCanBe() throws Exception {
    cluster.set("DIRECTORD_CONFIG_FILE", cluster.write("config.yaml", "").toString());
    cluster.write(
        "components/blind.yaml", "description: d\nscript: touch %s/blind\n".formatted(destination));
    cluster.write(
        "components/seeing.yaml",
        """
        description: d
        preview: true
        script: |
          echo true > "$DIRECTORD_CHANGED"
          [ -n "$DIRECTORD_PREVIEW" ] && { echo one file; exit; }
          touch %s/seen
        """
            .formatted(destination));
    cluster.run("exec", "--poll", "--verb", "RUN", "echo begun too").expect(0);
    Map<String, String> before = settled();

    Ran blind = cluster.run("exec", "--dry-run", "--verb", "BLIND", "--", "").expect(0);
    Ran seeing = cluster.run("exec", "--dry-run", "--verb", "SEEING", "--", "").expect(0);

    assertEquals(before, files());
    assertTrue(blind.out().contains("unknown: BLIND does not say"), blind::toString);
    assertTrue(seeing.out().contains("would change: one file"), seeing::toString);
    cluster.run("exec", "--poll", "--verb", "SEEING", "--", "").expect(0);
    assertTrue(Files.exists(destination.resolve("seen")));
  }

  @Test
  void aDryRunIsNotWorkThatIsDone() {
    cluster.run("exec", "--dry-run", "--verb", "RUN", "echo once").expect(0);
    Ran ran = cluster.run("exec", "--poll", "--verb", "RUN", "echo once").expect(0);
    assertFalse(ran.err().contains("skipped"), ran::toString);
    Ran again = cluster.run("exec", "--dry-run", "--verb", "RUN", "echo once").expect(0);
    assertTrue(again.out().contains("would be skipped: done at "), again::toString);
    Ran json =
        cluster
            .run("exec", "--dry-run", "--output", "json", "--verb", "RUN", "echo twice")
            .expect(0);
    JsonNode view = Json.mapper().readTree(json.out()).get(0);
    assertEquals("RUN", view.path("definition").path("dry_run").path("verb").asString());
    assertTrue(view.path("nodes").get(0).path("changed").isNull(), json::toString);
    assertEquals(
        "unknown: would run echo twice", view.path("nodes").get(0).path("info").asString());
  }

  @Test
  void aJobThatFollowsAChangeRunsAfterItAlsoInALaterRun() throws Exception {
    Path target = Files.createDirectories(destination.resolve("follow"));
    cluster.write("files/config", "one\n");
    Path file =
        cluster.write(
            "follow.yaml",
            """
            - name: web
              targets: [node-1]
              jobs:
              - COPY: files/config %1$s/config
                name: config
              - RUN: --skip-cache test -e %1$s/ok
              - RUN: echo x >> %1$s/restarts
                name: restart
                when-changed: config
            """
                .formatted(target));
    Ran dry = cluster.run("orchestrate", "--dry-run", file.toString()).expect(0);
    assertTrue(dry.out().contains("unknown: would run echo x"), dry::toString);
    cluster.run("orchestrate", "--poll", file.toString()).expect(1);
    assertFalse(Files.exists(target.resolve("restarts")));

    Files.writeString(target.resolve("ok"), "");
    cluster.run("orchestrate", "--poll", file.toString()).expect(0);
    assertEquals("x\n", Files.readString(target.resolve("restarts")));
    Ran ran = cluster.run("orchestrate", "--poll", file.toString()).expect(0);
    assertTrue(ran.err().contains("nothing to follow, config changed nothing"), ran::toString);
    assertEquals("x\n", Files.readString(target.resolve("restarts")));
    cluster.write("files/config", "two\n");
    cluster.run("orchestrate", "--poll", file.toString()).expect(0);
    assertEquals("x\nx\n", Files.readString(target.resolve("restarts")));
  }

  @Test
  void namesThatCannotBeFollowedAreErrorsAtTheirPlace() {
    Path file =
        cluster.write(
            "names.yaml",
            """
            - jobs:
              - RUN: echo 1
                name: config
              - RUN: echo 2
                when-changed: confg
              - RUN: echo 3
                when-changed: later
              - RUN: echo 4
                name: later
            """);
    Ran ran = cluster.run("orchestrate", "--poll", file.toString()).expect(2);
    assertTrue(
        ran.err()
            .contains(
                file
                    + ":5:5: when-changed: no job before it in this entry is named confg (did you"
                    + " mean config?)"),
        ran::toString);
    assertTrue(
        ran.err().contains(file + ":7:5: when-changed: later is not before it"), ran::toString);
  }

  @Test
  void optionsThatMakeNoSenseAreRefused() {
    cluster.run("exec", "--diff", "--verb", "RUN", "true").expect(2);
    cluster.run("exec", "--dry-run", "--stream", "--verb", "RUN", "true").expect(2);
  }

  /**
   * The files once each node has noted that the server has the result of the last job, which comes
   * behind the result: then the journal ends with the job's id.
   */
  private static Map<String, String> settled() throws IOException {
    UUID last = cluster.api().newestJobs(1).get(0).id();
    ByteBuffer id = ByteBuffer.allocate(2 * Long.BYTES);
    id.putLong(last.getMostSignificantBits()).putLong(last.getLeastSignificantBits());
    for (String node : List.of("node-1", "node-2")) {
      Path journal = cluster.state(node).resolve("client/journal");
      await(node + " has noted that the server has its result")
          .until(
              () -> {
                byte[] noted = Files.readAllBytes(journal);
                int end = noted.length;
                return Arrays.equals(id.array(), 0, 16, noted, end - 16, end);
              });
    }
    return files();
  }

  /** Of both clients' directories and of the destination: sizes, times and content. */
  private static Map<String, String> files() throws IOException {
    Map<String, String> all = new TreeMap<>();
    for (Path root :
        new Path[] {
          cluster.state("node-1"),
          cluster.state("node-2"),
          base.resolve("node-1/cache"),
          base.resolve("node-2/cache"),
          destination
        }) {
      try (Stream<Path> files = Files.walk(root)) {
        all.putAll(files.collect(Collectors.toMap(Path::toString, DryRunIT::state)));
      }
    }
    return all;
  }

  private static String state(Path path) {
    try {
      String time = Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toString();
      return Files.isRegularFile(path)
          ? time + " " + new String(Files.readAllBytes(path), "ISO-8859-1")
          : time;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
