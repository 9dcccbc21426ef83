package io.directord.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code kubectl} makes of the base, the pair and the component, as a user names them. */
class KustomizeTest {
  private static final Path PODS = Path.of("..").toAbsolutePath().normalize().resolve("pods");
  private static final String REGISTRY = "registry.example.com/directord:1.0.0";
  private static final String POSTGRES = "docker.io/library/postgres:15";
  private static final String TOKEN = "DIRECTORD_JOIN_TOKEN";
  private static final String KEY = "DIRECTORD_SHARED_KEY";

  @TempDir Path directory;

  private record Ran(int status, String out, String err) {}

  private Ran kubectl(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kubectl"));
    command.addAll(Arrays.asList(words));
    Path errors = directory.resolve("errors");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectError(errors.toFile())
            .start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), out, Files.readString(errors));
  }

  /** The one of Debian 12 has a kustomize that does not know all that is used. */
  @BeforeEach
  void requireKubectl() throws Exception {
    boolean isThere =
        Arrays.stream(System.getenv("PATH").split(":"))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "kubectl")));
    assumeTrue(isThere, "needs kubectl");
    String version = kubectl("version", "--client").out();
    assumeTrue(
        version.matches("(?s).*Kustomize Version: v([4-9]|\\d\\d)\\..*"),
        "needs a newer kubectl than " + version);
  }

  /** As a user's kustomization has it, from a directory of the user's. */
  private List<JsonObject> made(String resource, String component) throws Exception {
    Path there = directory.toRealPath();
    String yaml =
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- "
            + there.relativize(PODS.toRealPath().resolve(resource))
            + (component.isEmpty()
                ? ""
                : "\ncomponents:\n- " + there.relativize(PODS.toRealPath().resolve(component)))
            + "\nimages:\n- name: localhost/directord\n"
            + "  newName: registry.example.com/directord\n  newTag: 1.0.0\n";
    Files.writeString(directory.resolve("kustomization.yaml"), yaml);
    Ran ran = kubectl("kustomize", there.toString());
    assertEquals(0, ran.status(), ran.err());
    assertFalse(ran.err().contains("deprecated"), ran.err());
    return ManifestsTest.objects(ran.out());
  }

  @ParameterizedTest
  @CsvSource({
    "kubernetes, ''",
    "kubernetes-pair, ''",
    "kubernetes, kubernetes-join-token",
    "kubernetes-pair, kubernetes-join-token",
  })
  void allIsValidInItsNamespaceAndFromTheUsersRegistry(String resource, String component)
      throws Exception {
    Set<String> claims = new TreeSet<>();
    Set<String> claimed = new TreeSet<>();
    for (JsonObject object : made(resource, component)) {
      ManifestsTest.validate(object);
      String name = ManifestsTest.name(object);
      JsonObject metadata = object.getAsJsonObject("metadata");
      if (name.startsWith("Namespace ")) {
        assertEquals("Namespace directord", name);
      } else {
        assertEquals("directord", metadata.get("namespace").getAsString(), name);
      }
      assertEquals(
          "directord",
          metadata.getAsJsonObject("labels").get("app.kubernetes.io/part-of").getAsString(),
          name);
      if (name.startsWith("PersistentVolumeClaim ")) {
        claims.add(metadata.get("name").getAsString());
      }
      for (JsonObject container : ManifestsTest.containers(object)) {
        String image = container.get("image").getAsString();
        assertTrue(Set.of(REGISTRY, POSTGRES).contains(image), name + ": " + image);
      }
      for (JsonObject volume : volumes(object)) {
        if (volume.has("persistentVolumeClaim")) {
          claimed.add(
              volume.getAsJsonObject("persistentVolumeClaim").get("claimName").getAsString());
        }
      }
    }
    assertEquals(claimed, claims);
  }

  private static List<JsonObject> volumes(JsonObject object) {
    List<JsonObject> volumes = new ArrayList<>();
    if (!ManifestsTest.containers(object).isEmpty()) {
      JsonElement all =
          object
              .getAsJsonObject("spec")
              .getAsJsonObject("template")
              .getAsJsonObject("spec")
              .get("volumes");
      if (all != null) {
        all.getAsJsonArray().forEach(volume -> volumes.add(volume.getAsJsonObject()));
      }
    }
    return volumes;
  }

  @Test
  void thePairTakesThePlaceOfTheServer() throws Exception {
    Set<String> base = names(made("kubernetes", ""));
    Set<String> pair = names(made("kubernetes-pair", ""));
    assertEquals(
        Set.of(
            "Namespace directord",
            "PersistentVolumeClaim directord-server",
            "Deployment directord-server",
            "Service directord-server",
            "DaemonSet directord-client"),
        base);
    assertEquals(
        Set.of(
            "Namespace directord",
            "StatefulSet directord-server",
            "StatefulSet directord-database",
            "Service directord-servers",
            "Service directord-database",
            "PodDisruptionBudget directord-server",
            "DaemonSet directord-client"),
        pair);
  }

  private static Set<String> names(List<JsonObject> objects) {
    return objects.stream().map(ManifestsTest::name).collect(Collectors.toSet());
  }

  @ParameterizedTest
  @CsvSource({"kubernetes", "kubernetes-pair"})
  void withTheComponentServersAloneHaveTheSharedKey(String resource) throws Exception {
    Map<String, Set<String>> without = secrets(made(resource, ""));
    Map<String, Set<String>> with = secrets(made(resource, "kubernetes-join-token"));
    assertTrue(without.get("DaemonSet directord-client").contains(KEY), without::toString);
    Set<String> client = with.remove("DaemonSet directord-client");
    assertTrue(client.contains(TOKEN) && !client.contains(KEY), client::toString);
    without.remove("DaemonSet directord-client");
    assertEquals(without, with);
  }

  /** Variables of containers, by the object. */
  private static Map<String, Set<String>> secrets(List<JsonObject> objects) {
    Map<String, Set<String>> secrets = new TreeMap<>();
    for (JsonObject object : objects) {
      for (JsonObject container : ManifestsTest.containers(object)) {
        secrets.put(ManifestsTest.name(object), ManifestsTest.variables(container).keySet());
      }
    }
    return secrets;
  }
}
