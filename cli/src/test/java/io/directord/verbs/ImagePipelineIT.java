package io.directord.verbs;

import static io.directord.verbs.Verb.require;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.nats.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The image pipeline of the distribution, with podman and a real registry on loopback. */
class ImagePipelineIT {
  private static final Path SHIPPED =
      TestCluster.distribution().resolve("share/orchestrations/image-pipeline");

  private static final String REGISTRY =
      """
      version: 0.1
      storage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}
      http: {addr: "%s"}
      """;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir static Path directory;
  private static PodmanService podman;
  private static Process registry;
  private static String address;
  private static TestCluster cluster;

  /** Of the orchestration's images in the registry, different in every test. */
  private String repository;

  private Path pipeline;

  @BeforeAll
  static void start() throws Exception {
    require("docker-registry");
    require("skopeo");
    require("curl");
    podman = PodmanService.start(directory.resolve("podman"));
    address = "127.0.0.1:" + FreePorts.next();
    Path configuration = directory.resolve("registry.yaml");
    Files.writeString(configuration, REGISTRY.formatted(directory.resolve("registry"), address));
    registry =
        new ProcessBuilder("docker-registry", "serve", configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("registry.log").toFile())
            .start();
    await("the registry answers")
        .atMost(Duration.ofSeconds(240))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> get("/v2/").statusCode() == 200);
    push(PodmanService.IMAGE, address + "/upstream/busybox:1");
    cluster = new TestCluster(directory.resolve("c"));
    podman.putOnPath(cluster);
    cluster.startServer();
    cluster.startClient("builder");
    cluster.awaitActive(1);
  }

  @AfterAll
  static void stop() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
    if (registry != null) {
      registry.destroy();
      registry.waitFor();
    }
    if (podman != null) {
      podman.close();
    }
  }

  @BeforeEach
  void copyOfWhatIsShipped() throws IOException {
    pipeline = Files.createTempDirectory(directory, "pipeline");
    repository = pipeline.getFileName().toString().toLowerCase() + "/acme-";
    try (Stream<Path> files = Files.walk(SHIPPED)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = pipeline.resolve(SHIPPED.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    change("settings.yaml", "registry.example.com", address);
    change("settings.yaml", "namespace example", "namespace " + repository.split("/")[0]);
    change(
        "settings.yaml", "docker.io/library/debian:trixie-slim", address + "/upstream/busybox:1");
    change("settings.yaml", "['busybox', 'logrotate']", "[]");
    change("settings.yaml", "tls_verify true", "tls_verify false");
    for (String file : List.of("build.yaml", "prune.yaml")) {
      change(file, "/var/lib/image-pipeline", pipeline + "-on-the-builder");
    }
  }

  @Test
  void imagesAreBuiltInTheOrderOfTheirLayersAndAgainOnlyIfTheirBaseChanged() throws Exception {
    assertEquals("base: built web: built", built(run("build.yaml").expect(0)));
    String base = digest("base");
    String web = digest("web");
    Set<String> tags = tags("web");
    assertEquals(2, tags.size(), tags::toString);
    assertTrue(tags.contains("master"), tags::toString);

    Ran again = run("build.yaml").expect(0);
    assertTrue(again.out().contains("base: unchanged\nweb: unchanged\n"), again::toString);
    assertEquals(tags, tags("web"));

    change("images/web/www/index.html", "works", "works well");
    change("images/web/check.sh", "It works", "It works well");
    assertEquals("web: built", built(run("build.yaml").expect(0)));
    assertEquals(base, digest("base"));
    assertNotEquals(web, digest("web"));

    web = digest("web");
    change("images/base/start", "starts:", "begins:");
    change("images/base/check.sh", "starts:", "begins:");
    assertEquals("base: built web: built", built(run("build.yaml").expect(0)));
    assertNotEquals(base, digest("base"));
    assertNotEquals(web, digest("web"));
    String gone = digest("web");
    HttpRequest delete =
        HttpRequest.newBuilder(
                URI.create("http://" + address + "/v2/" + repository + "web/manifests/" + gone))
            .DELETE()
            .build();
    assertEquals(202, HTTP.send(delete, BodyHandlers.discarding()).statusCode());
    assertEquals("web: built", built(run("build.yaml").expect(0)), "what the registry has lost");
    assertTrue(tags("web").contains("master"));
    String log = output("run", "--rm", "--pull=always", "--tls-verify=false", image("web"), "echo");
    assertTrue(log.contains("begins: echo"), log);
  }

  @Test
  void whatFailsItsCheckIsNotPushedNorIsWhatStandsOnIt() throws Exception {
    run("build.yaml").expect(0);
    String base = digest("base");
    String web = digest("web");
    Set<String> tags = tags("web");

    change("images/web/www/index.html", "works", "is broken");
    Ran broken = run("build.yaml").expect(1);
    assertTrue(
        broken.err().contains("web: failed its check, and was not pushed"), broken::toString);
    assertTrue(broken.err().contains("it served: <h1>It is broken</h1>"), broken::toString);
    change("images/web/www/index.html", "is broken", "works");

    change("images/base/start", "exec", "exit 3 #");
    broken = run("build.yaml").expect(1);
    assertTrue(broken.err().contains("base: failed its check"), broken::toString);
    assertFalse(broken.out().contains("web:"), broken::toString);
    assertEquals(base, digest("base"));
    assertEquals(web, digest("web"));
    assertEquals(tags, tags("web"));
  }

  @Test
  void whatCanBeSaidOfContainerfilesIsSaidBeforeAnythingIsBuilt() throws Exception {
    change("containerfiles/web", "COPY", "RUN apt-get install -y \\\n  nginx=1.26.3-3\nCOPY");
    Files.delete(pipeline.resolve("images/base/check.sh"));
    Ran wrong = run("build.yaml").expect(1);
    assertTrue(wrong.err().contains("web: names exact versions of packages"), wrong::toString);
    assertTrue(wrong.err().contains("base: there is no images/base/check.sh"), wrong::toString);
    change(
        "containerfiles/base",
        "{{ image_upstream }}",
        "{{ image_registry }}/{{ image_namespace }}/{{ image_prefix }}web:{{ image_tag }}");
    change("containerfiles/web", "=1.26.3-3", "");
    Files.writeString(pipeline.resolve("images/base/check.sh"), "exit 0\n");
    wrong = run("build.yaml").expect(1);
    assertTrue(wrong.out().contains("these images are made from each other"), wrong::toString);
    assertEquals(404, get("/v2/" + repository + "web/tags/list").statusCode());
  }

  @Test
  void oldBuildsAreDeletedAndThoseThatAreMarkedAreKept() throws Exception {
    run("build.yaml").expect(0);
    Set<String> kept = new TreeSet<>(tags("web"));
    kept.addAll(published("master-" + daysAgo(300)));
    kept.addAll(published("topic-" + daysAgo(6), "topic"));
    String marked = "topic-" + daysAgo(30);
    kept.addAll(published(marked, "keep-" + marked));
    published("master-" + daysAgo(400));
    published("topic-" + daysAgo(8));
    published("gone-" + daysAgo(8), "gone");

    Ran ran = run("prune.yaml").expect(0);

    assertEquals(kept, tags("web"), ran::toString);
    assertTrue(ran.out().contains("web: " + marked + " is kept, as another tag names the same"));
    assertEquals(2, tags("base").size());

    change("settings.yaml", "namespace " + repository.split("/")[0], "namespace nowhere");
    Ran nowhere = run("prune.yaml").expect(1);
    assertTrue(nowhere.out().contains("base: its tags cannot be listed"), nowhere::toString);
    assertTrue(nowhere.out().contains("web: its tags cannot be listed"), nowhere::toString);
  }

  private static Ran run(Path pipeline, String file) {
    return cluster.run(
        "orchestrate",
        "--stream",
        pipeline.resolve("settings.yaml").toString(),
        pipeline.resolve(file).toString());
  }

  private Ran run(String file) {
    return run(pipeline, file);
  }

  /** What was built and pushed, in its order. */
  private static String built(Ran ran) {
    List<String> built =
        ran.out().lines().filter(line -> line.matches("\\w+: built [0-9a-f]+")).toList();
    for (String line : built) {
      String name = line.substring(0, line.indexOf(':'));
      assertTrue(ran.out().contains("\n" + name + ": pushed "), ran::toString);
    }
    return String.join(
        " ", built.stream().map(line -> line.replaceAll(" [0-9a-f]+$", "")).toList());
  }

  /** An image of its own in the registry, with these tags. */
  private Set<String> published(String... tags) throws Exception {
    Path containerfile = Files.createTempFile(directory, "Containerfile", "");
    Files.writeString(
        containerfile, "FROM " + PodmanService.IMAGE + "\nLABEL of=" + tags[0] + "\n");
    String id = output("build", "--quiet", "--file", containerfile.toString(), pipeline.toString());
    for (String tag : tags) {
      push(id.strip(), address + "/" + repository + "web:" + tag);
    }
    return Set.of(tags);
  }

  private static String daysAgo(int days) {
    return TIME.format(Instant.now().minus(days, ChronoUnit.DAYS));
  }

  private static void push(String image, String to) throws Exception {
    output("push", "--quiet", "--tls-verify=false", image, "docker://" + to);
  }

  /** What a command of podman's printed. */
  private static String output(String... words) throws Exception {
    Path out = Files.createTempFile(directory, "podman", ".out");
    int status =
        podman
            .podman(words)
            .redirectErrorStream(false)
            .redirectOutput(out.toFile())
            .start()
            .waitFor();
    assertEquals(0, status, () -> String.join(" ", words));
    return Files.readString(out);
  }

  private String image(String name) {
    return address + "/" + repository + name + ":master";
  }

  private String digest(String name) throws Exception {
    return get("/v2/" + repository + name + "/manifests/master")
        .headers()
        .firstValue("Docker-Content-Digest")
        .orElseThrow();
  }

  private Set<String> tags(String name) throws Exception {
    JsonNode list =
        new JsonMapper().readTree(get("/v2/" + repository + name + "/tags/list").body());
    Set<String> tags = new TreeSet<>();
    list.get("tags").forEach(tag -> tags.add(tag.stringValue()));
    return tags;
  }

  private static HttpResponse<String> get(String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + path))
            .header("Accept", "application/vnd.oci.image.manifest.v1+json")
            .build();
    return HTTP.send(request, BodyHandlers.ofString());
  }

  private void change(String file, String from, String to) throws IOException {
    Path path = pipeline.resolve(file);
    String text = Files.readString(path);
    assertTrue(text.contains(from), file);
    Files.writeString(path, text.replace(from, to));
  }
}
