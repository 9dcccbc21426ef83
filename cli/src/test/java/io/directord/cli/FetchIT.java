package io.directord.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.json.JsonTree;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Files from nodes, with real processes. */
class FetchIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(240);

  @TempDir Path directory;

  @Test
  void bringsFilesOfAllNodesAndSaysWhatIsMissing() throws Exception {
    Path there = Files.createDirectories(directory.resolve("there/sub"));
    byte[] large = new byte[3_000_000];
    new Random(1).nextBytes(large);
    Files.write(there.resolve("large"), large);
    Files.writeString(there.resolve("a.log"), "the beginning and the end");
    Files.createSymbolicLink(there.resolve("link"), there.resolve("a.log"));
    Path named = Files.createSymbolicLink(directory.resolve("named"), there.resolve("a.log"));
    Path dest = directory.resolve("brought");
    try (TestCluster cluster = TestCluster.start(directory, 2)) {
      Ran ran =
          cluster
              .run(
                  "fetch",
                  directory.resolve("there").toString(),
                  named.toString(),
                  "/nowhere/at/all",
                  dest.toString())
              .expect(1);
      assertTrue(ran.err().contains("/nowhere/at/all"), ran.err());
      assertTrue(ran.err().contains("link is left out"), ran.err());
      for (String node : nodes(dest)) {
        Path root = dest.resolve(node + directory + "/there/sub");
        assertArrayEquals(large, Files.readAllBytes(root.resolve("large")));
        assertFalse(Files.exists(root.resolve("link")));
        assertTrue(Files.exists(dest.resolve(node + named)));
      }
      assertEquals(2, nodes(dest).length);
      Path all = directory.resolve("all");
      Files.createDirectory(there.resolve("empty"));
      String leftOut =
          ": 2 files, 2.9 MiB; 2 left out or changed: "
              + there.resolve("empty")
              + " is left out: an empty directory; "
              + there.resolve("link")
              + " is left out: a link\n";
      ran = cluster.run("fetch", there.toString(), all.toString()).expect(0);
      for (String node : nodes(all)) {
        assertTrue(ran.err().contains(node + leftOut), ran.err());
      }
      cluster.run("exec", "--wait", "--verb", "FETCH", there.toString()).expect(0);
      ran = cluster.run("fetch", "--job", "last", all.toString()).expect(0);
      for (String node : nodes(all)) {
        assertTrue(ran.err().contains(node + leftOut), ran.err());
      }
      ran = cluster.run("fetch", "--strict", there.toString(), all.toString()).expect(1);
      assertTrue(ran.err().contains("--strict: not all was brought, see above"), ran.err());
      cluster.run("exec", "--wait", "--verb", "FETCH", there.toString()).expect(0);
      cluster.run("fetch", "--strict", "--job", "last", all.toString()).expect(1);
      Path tails = directory.resolve("tails-{node}");
      cluster.run("fetch", "--tail", "3", there + "/*.log", tails.toString()).expect(0);
      Path tail = directory.resolve("tails-" + nodes(dest)[0] + there + "/a.log");
      assertEquals("end", Files.readString(tail));
      Path dated = directory.resolve("{date}/{job}");
      cluster.run("fetch", there + "/a.log", dated.toString()).expect(0);
      // Not by the date of now, which may be another one.
      try (Stream<Path> entries = Files.list(directory);
          Stream<Path> jobs =
              Files.list(
                  entries
                      .filter(made -> made.getFileName().toString().matches("\\d{4}-\\d\\d-\\d\\d"))
                      .findFirst()
                      .orElseThrow())) {
        Path ofJob = jobs.findFirst().orElseThrow();
        assertEquals(UUID.fromString(ofJob.getFileName().toString()).version(), 4);
        assertEquals(2, nodes(ofJob).length);
      }
      Ran refused = cluster.run("fetch", there + "/a.log", directory + "/{nodes}").expect(2);
      assertTrue(
          refused.err().contains("{nodes} in DEST is not known: there are {node}, {job}, {date}"),
          refused.err());
      cluster.run("fetch", "--max-size", "1M", there.toString(), dest.toString()).expect(1);
      cluster.run("fetch", "--job", "last", dest.toString()).expect(1);
      cluster.run("exec", "--wait", "--verb", "FETCH", there + "/a.log").expect(0);
      Path later = directory.resolve("later");
      cluster.run("fetch", "--job", "last", later.toString()).expect(0);
      assertEquals(2, nodes(later).length);
      cluster.run("fetch", "--job", "last", later.toString()).expect(1);
      ran = cluster.run("fetch", "/nowhere/at/all", later.toString()).expect(1);
      assertTrue(ran.err().contains("\nno file came from 2 nodes: node-1, node-2\n"), ran.err());
      assertFalse(ran.err().contains(" from 2 nodes in "), ran.err());
    }
  }

  @Test
  void programsAreToldOfEachFileAndOfTheWhole() throws Exception {
    Path there = Files.createDirectories(directory.resolve("there"));
    Files.writeString(there.resolve("a"), "hello");
    Files.createSymbolicLink(there.resolve("link"), there.resolve("a"));
    Path dest = directory.resolve("brought");
    try (TestCluster cluster = TestCluster.start(directory, 2)) {
      String[] words = {"fetch", "--output", "jsonl", there.toString(), dest.toString()};
      List<JsonNode> lines = read(cluster.run(words).expect(0));
      assertEquals(5, lines.size(), lines::toString);
      assertEquals(2, ofType(lines, "result").size(), lines::toString);
      for (JsonNode file : ofType(lines, "file")) {
        Path place = dest.resolve(file.get("node").stringValue() + there + "/a");
        assertEquals(there + "/a", file.get("name").stringValue());
        assertEquals("WRITTEN", file.get("state").stringValue());
        assertEquals(place.toString(), file.get("place").stringValue());
        assertEquals(5, file.get("size").longValue());
        assertEquals(
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
            file.get("sha256").stringValue());
        assertFalse(file.get("resumed").booleanValue());
      }
      JsonNode last = lines.get(4);
      assertEquals("summary", last.get("type").stringValue());
      assertEquals(2, last.get("ok").intValue(), last::toString);
      assertEquals(2, last.get("files").intValue(), last::toString);
      assertEquals(10, last.get("bytes").intValue(), last::toString);
      assertEquals(0, last.get("exit_status").intValue(), last::toString);

      Path inTheWay = dest.resolve("node-1" + there + "/a");
      Files.delete(inTheWay);
      Files.createDirectory(inTheWay);
      words[2] = "json";
      Ran ran = cluster.run(words).expect(1);
      JsonNode document = JsonTree.read(ran.out().getBytes(StandardCharsets.UTF_8));
      assertEquals("FETCH", document.get("summary").get("verb").stringValue(), ran::toString);
      for (JsonNode node : document.get("nodes")) {
        assertTrue(node.get("stderr").stringValue().contains("link is left out"), ran::toString);
        assertEquals(
            node.get("node").stringValue().equals("node-1") ? "REFUSED" : "WRITTEN",
            node.get("files").get(0).get("state").stringValue(),
            ran::toString);
      }
      JsonNode fetched = document.get("fetched");
      assertEquals(1, fetched.get("exit_status").intValue(), ran::toString);
      assertEquals("[\"node-1\"]", fetched.get("incomplete").toString());
      assertEquals("[\"node-1\"]", fetched.get("kept").toString());

      Path other = directory.resolve("other");
      String[] later = {"fetch", "--output", "jsonl", "--job", "last", other.toString()};
      lines = read(cluster.run(later).expect(0));
      assertEquals(
          List.of("file", "result", "summary"),
          lines.stream().map(line -> line.get("type").stringValue()).toList());
      assertEquals("node-1", lines.get(1).get("node").stringValue());
      lines = read(cluster.run(later).expect(1));
      assertEquals(1, lines.get(0).get("exit_status").intValue(), lines::toString);
      cluster.run("fetch", "--job", "last", "--drop", "--output", "json").expect(2);
      // What is refused has not run.
      ran = cluster.run("fetch", "--output", "jsonl", "--target", "nobody", "/a", "b").expect(2);
      assertEquals("", ran.out(), ran::toString);
    }
  }

  private static List<JsonNode> read(Ran ran) {
    return ran.out()
        .lines()
        .map(line -> JsonTree.read(line.getBytes(StandardCharsets.UTF_8)))
        .toList();
  }

  private static List<JsonNode> ofType(List<JsonNode> lines, String type) {
    return lines.stream().filter(line -> line.get("type").stringValue().equals(type)).toList();
  }

  @Test
  void laterJobsOfItsParentRunOnceItsFilesHaveComeAndInTheirOrder() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "content");
    Path order = directory.resolve("order");
    String jobs =
        """
        - jobs:
          - RUN: echo 1 >> ORDER-$NODE
          - FETCH: FILE
          - RUN: echo 2 >> ORDER-$NODE
          - FETCH: FILE /nowhere
          - RUN: echo never >> ORDER-$NODE
        - jobs:
          - RUN: echo 3 >> ORDER-$NODE
        """
            .replace("FILE", file.toString())
            .replace("ORDER", order.toString())
            .replace("$NODE", "$" + TestCluster.NODE);
    try (TestCluster cluster = TestCluster.start(directory, 2)) {
      Path orchestration = cluster.write("order.yaml", jobs);
      Ran ran =
          cluster
              .run("orchestrate", "--wait", "--output", "json", orchestration.toString())
              .expect(1);
      for (String node : List.of("node-1", "node-2")) {
        assertEquals("1\n2\n3\n", Files.readString(Path.of(order + "-" + node)), ran::toString);
      }
      String json = ran.out().replaceAll("\\s", "");
      assertTrue(json.contains("\"brought\":{\"said\":1,\"came\":1,\"refuted\":false}"), json);
    }
  }

  @Test
  void aSignalLeavesNoPartOfAFile() throws Exception {
    Path large = directory.resolve("large");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(200L << 20);
    }
    try (TestCluster cluster = TestCluster.start(directory, 1)) {
      for (String signal : List.of("INT", "TERM")) {
        Path dest = directory.resolve(signal);
        TestProcess fetch = cluster.background("fetch", large.toString(), dest.toString());
        await()
            .atMost(TIMEOUT)
            .pollInterval(Duration.ofMillis(2))
            .until(() -> hasPart(dest) || !fetch.isAlive());
        fetch.signal(signal);
        await().atMost(TIMEOUT).until(() -> !fetch.isAlive());
        assertFalse(hasPart(dest), fetch.log());
        assertTrue(fetch.log().contains("\n  directord fetch --job "), fetch.log());
        assertTrue(fetch.log().contains(" " + dest + "\n"), fetch.log());
      }
    }
  }

  private static boolean hasPart(Path in) throws IOException {
    if (!Files.exists(in)) {
      return false;
    }
    try (Stream<Path> all = Files.walk(in)) {
      return all.anyMatch(file -> file.getFileName().toString().startsWith(".directord-"));
    } catch (UncheckedIOException e) {
      // It went while this looked.
      return false;
    }
  }

  @Test
  void whatCannotBeWrittenHereIsNamedAndStaysOnTheServer() throws Exception {
    Path there = Files.createDirectories(directory.resolve("there"));
    Files.writeString(there.resolve("a"), "a");
    Files.writeString(there.resolve("b"), "b");
    Path dest = directory.resolve("brought");
    try (TestCluster cluster = TestCluster.start(directory, 1)) {
      cluster.run("fetch", there.toString(), dest.toString()).expect(0);
      String node = nodes(dest)[0];
      Path inTheWay = dest.resolve(node + there + "/a");
      Files.delete(inTheWay);
      Files.createDirectory(inTheWay);
      Ran ran = cluster.run("fetch", there.toString(), dest.toString()).expect(1);
      assertTrue(ran.err().contains(inTheWay + " is not written"), ran.err());
      assertTrue(ran.err().contains("the server keeps all files of " + node), ran.err());
      Path other = directory.resolve("other");
      cluster.run("fetch", "--job", "last", other.toString()).expect(0);
      assertEquals("a", Files.readString(other.resolve(node + there + "/a")));
      assertEquals("b", Files.readString(other.resolve(node + there + "/b")));
      cluster.run("fetch", "--job", "last", "--drop").expect(1);
      Path links = Files.createDirectory(directory.resolve("links"));
      Files.createSymbolicLink(links.resolve(node), other);
      ran = cluster.run("fetch", there.toString(), links.toString()).expect(1);
      assertTrue(ran.err().contains(links.resolve(node) + ": this is a link"), ran.err());
      cluster.run("fetch", "--job", "last", "--drop").expect(0);
      cluster.run("fetch", "--job", "last", other.toString()).expect(1);
      cluster.run("fetch", "/proc/version", dest.toString()).expect(0);
      assertEquals(
          Files.readString(Path.of("/proc/version")),
          Files.readString(dest.resolve(node + "/proc/version")));
      ran = cluster.run("fetch", there + "/../x", dest.toString()).expect(2);
      assertTrue(ran.err().contains("write where it leads"), ran.err());
      cluster.run("exec", "--dry-run", "--verb", "FETCH", there + "/../x").expect(2);
      ran = cluster.run("fetch", "--target", node, "rel/path", dest.getFileName() + "/").expect(2);
      assertTrue(ran.err().contains("--target took " + node + ", rel/path"), ran.err());
      cluster.run("fetch", "--drop", dest.toString()).expect(2);
    }
  }

  @Test
  void whatIsDamagedOnTheServerIsNamedAndTheRestIsBrought() throws Exception {
    Path there = Files.createDirectories(directory.resolve("there"));
    for (String name : List.of("a", "b", "c")) {
      Files.writeString(there.resolve(name), "content of " + name);
    }
    try (TestCluster cluster = TestCluster.start(directory, 1)) {
      cluster.run("exec", "--wait", "--verb", "FETCH", there.toString()).expect(0);
      Path kept;
      try (Stream<Path> files = Files.walk(cluster.state("server"))) {
        kept = files.filter(path -> path.endsWith("node-node-1")).findFirst().orElseThrow();
      }
      byte[] archive = Files.readAllBytes(kept);
      archive[new String(archive, StandardCharsets.ISO_8859_1).indexOf("content of b")]++;
      Files.write(kept, archive);
      Path dest = directory.resolve("brought");
      Ran ran = cluster.run("fetch", "--job", "last", dest.toString()).expect(1);
      Path root = dest.resolve("node-1" + there);
      assertEquals("content of a", Files.readString(root.resolve("a")));
      assertEquals("content of c", Files.readString(root.resolve("c")));
      assertFalse(Files.exists(root.resolve("b")));
      assertTrue(
          ran.err().contains("node-1: " + root.resolve("b") + " is damaged, and not written"),
          ran.err());
      assertTrue(ran.err().contains("what the server has of node-1 is damaged"), ran.err());
      assertTrue(ran.err().contains("[content-changed]"), ran.err());
      assertFalse(ran.err().contains("the server keeps all files"), ran.err());
      cluster.run("fetch", "--job", "last", "--drop").expect(0);
    }
  }

  private static String[] nodes(Path dest) throws IOException {
    return dest.toFile().list();
  }
}
