package io.directord.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.directord.common.config.Settings;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** The files below {@code pods/}, held against the published schemas and against each other. */
class ManifestsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path PODS = ROOT.resolve("pods");
  private static final Path BASE = PODS.resolve("kubernetes");
  private static final String MODELS = "io.kubernetes.client.openapi.models.V1";

  /** Belongs to kustomize, which publishes no schema with the others. */
  private static final String KUSTOMIZATION = "kustomization.yaml";

  static List<Path> manifests() throws IOException {
    try (Stream<Path> files = Files.walk(PODS)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .filter(file -> !file.endsWith(KUSTOMIZATION))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void everyObjectIsValidAgainstItsSchema(Path file) throws Exception {
    List<JsonObject> objects = objects(file);
    assertTrue(objects.size() > 0, file.toString());
    for (JsonObject object : objects) {
      validate(object);
    }
  }

  @Test
  void theSchemasRefuseWhatTheyDoNotKnow() throws Exception {
    JsonObject pod = objects(PODS.resolve("pod-directord-client.yaml")).get(0);
    pod.getAsJsonObject("spec").addProperty("hostNetwrok", true);
    assertThrows(IllegalArgumentException.class, () -> validate(pod));
    JsonObject service = objects(BASE.resolve("server-service.yaml")).get(0);
    service
        .getAsJsonObject("spec")
        .getAsJsonArray("ports")
        .get(0)
        .getAsJsonObject()
        .addProperty("port", "many");
    assertThrows(RuntimeException.class, () -> validate(service));
  }

  @Test
  void theBaseNamesAllItsFilesAndNoOthers() throws IOException {
    Map<?, ?> base = new Yaml().load(Files.readString(BASE.resolve(KUSTOMIZATION)));
    assertEquals("Kustomization", base.get("kind"));
    Set<String> there = new TreeSet<>();
    try (Stream<Path> files = Files.list(BASE)) {
      files.map(file -> file.getFileName().toString()).forEach(there::add);
    }
    there.remove(KUSTOMIZATION);
    Set<String> named = new TreeSet<>();
    ((List<?>) base.get("resources")).forEach(name -> named.add(name.toString()));
    assertEquals(there, named);
  }

  @Test
  void thePairIsWhatTheBaseHasAndItsNodesKnowBothServers() throws IOException {
    Path pair = PODS.resolve("kubernetes-pair");
    Map<?, ?> overlay = new Yaml().load(Files.readString(pair.resolve(KUSTOMIZATION)));
    Set<String> named = new TreeSet<>();
    ((List<?>) overlay.get("resources")).forEach(name -> named.add(name.toString()));
    assertEquals(Set.of("../kubernetes", "database.yaml", "servers.yaml"), named);
    JsonObject servers =
        objects(pair.resolve("servers.yaml")).stream()
            .filter(object -> object.get("kind").getAsString().equals("StatefulSet"))
            .findFirst()
            .orElseThrow()
            .getAsJsonObject("spec");
    JsonObject single = objects(BASE.resolve("server.yaml")).get(0).getAsJsonObject("spec");
    for (String same : List.of("image", "args", "ports", "resources", "securityContext")) {
      assertEquals(
          container(single.getAsJsonObject("template")).get(same),
          container(servers.getAsJsonObject("template")).get(same),
          same);
    }
    Gson gson = new Gson();
    List<JsonObject> patches = new ArrayList<>();
    for (Object patch : (List<?>) overlay.get("patches")) {
      String text = ((Map<?, ?>) patch).get("patch").toString();
      patches.add(gson.toJsonTree(new Yaml().<Object>load(text)).getAsJsonObject());
    }
    Set<String> ofBase = new TreeSet<>();
    for (String file :
        List.of("server.yaml", "server-state.yaml", "server-service.yaml", "client.yaml")) {
      ofBase.add(name(objects(BASE.resolve(file)).get(0)));
    }
    Set<String> patched = new TreeSet<>();
    patches.forEach(patch -> patched.add(name(patch)));
    assertEquals(ofBase, patched);
    JsonObject client = patches.get(patches.size() - 1).getAsJsonObject("spec");
    String service = servers.get("serviceName").getAsString();
    List<String> addresses = new ArrayList<>();
    for (int i = 0; i < servers.get("replicas").getAsInt(); i++) {
      addresses.add("directord-server-" + i + "." + service);
    }
    assertEquals(
        String.join(",", addresses),
        variables(container(client.getAsJsonObject("template"))).get("DIRECTORD_SERVER_ADDRESS"));
  }

  static String name(JsonObject object) {
    return object.get("kind").getAsString()
        + " "
        + object.getAsJsonObject("metadata").get("name").getAsString();
  }

  @Test
  void theServiceLeadsToTheServerAndTheClientsToTheService() throws IOException {
    JsonObject service = objects(BASE.resolve("server-service.yaml")).get(0);
    JsonObject server = objects(BASE.resolve("server.yaml")).get(0).getAsJsonObject("spec");
    JsonObject template = server.getAsJsonObject("template");
    JsonElement labels = template.getAsJsonObject("metadata").get("labels");
    assertEquals(labels, service.getAsJsonObject("spec").get("selector"));
    assertEquals(labels, server.getAsJsonObject("selector").get("matchLabels"));
    Set<String> ports = new TreeSet<>();
    container(template)
        .getAsJsonArray("ports")
        .forEach(port -> ports.add(port.getAsJsonObject().get("containerPort").getAsString()));
    assertEquals(exposed(), ports);
    JsonObject client = objects(BASE.resolve("client.yaml")).get(0).getAsJsonObject("spec");
    String address =
        variables(container(client.getAsJsonObject("template"))).get("DIRECTORD_SERVER_ADDRESS");
    assertEquals(service.getAsJsonObject("metadata").get("name").getAsString(), address);
  }

  @Test
  void everyVariableIsASettingAndEveryContainerHasLimitsAndAProbe() throws IOException {
    Set<String> known = new TreeSet<>(Set.of("DIRECTORD_MODE"));
    Settings.ALL.forEach(setting -> known.addAll(setting.variables()));
    int containers = 0;
    for (Path file : manifests()) {
      for (JsonObject object : objects(file)) {
        for (JsonObject container : containers(object)) {
          containers++;
          Set<String> unknown = new TreeSet<>(variables(container).keySet());
          unknown.removeAll(known);
          if (!container.get("image").getAsString().contains("postgres")) {
            assertEquals(Set.of(), unknown, file.toString());
          }
          assertTrue(container.getAsJsonObject("resources").has("limits"), file.toString());
          assertTrue(container.getAsJsonObject("resources").has("requests"), file.toString());
          assertTrue(container.has("securityContext"), file.toString());
          assertTrue(container.has("livenessProbe") || container.has("readinessProbe"));
        }
      }
    }
    assertEquals(11, containers);
  }

  @Test
  void theImageSaysItsVersionAndListensWhereTheDefaultsAre() throws IOException {
    String containerfile = Files.readString(ROOT.resolve("Containerfile"));
    String pom = Files.readString(ROOT.resolve("pom.xml"));
    assertEquals(
        first("<version>(.*)</version>", pom), first("(?m)^ARG VERSION=(.*)$", containerfile));
    assertTrue(
        containerfile.contains(
            "image.base.name=\"" + first("(?m)^ARG BASE=(.*)$", containerfile) + "\""));
    assertEquals(
        Set.of(
            Settings.JOB_PORT.defaultValue().toString(),
            Settings.BACKEND_PORT.defaultValue().toString()),
        exposed());
  }

  private static Set<String> exposed() throws IOException {
    Set<String> ports = new TreeSet<>();
    String line = first("(?m)^EXPOSE (.*)$", Files.readString(ROOT.resolve("Containerfile")));
    for (String port : line.split(" ")) {
      ports.add(port.replace("/tcp", ""));
    }
    return ports;
  }

  private static String first(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertTrue(matcher.find(), pattern);
    return matcher.group(1);
  }

  /** The generated classes know every field of their kind, and which of them must be there. */
  static void validate(JsonObject object) throws Exception {
    Class<?> model = Class.forName(MODELS + object.get("kind").getAsString());
    try {
      model.getMethod("validateJsonElement", JsonElement.class).invoke(null, object);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
    io.kubernetes.client.openapi.JSON.getGson().fromJson(object, model);
  }

  private static List<JsonObject> objects(Path file) throws IOException {
    return objects(Files.readString(file));
  }

  static List<JsonObject> objects(String yaml) {
    List<JsonObject> objects = new ArrayList<>();
    Gson gson = new Gson();
    for (Object document : new Yaml().loadAll(yaml)) {
      objects.add(gson.toJsonTree(document).getAsJsonObject());
    }
    return objects;
  }

  static List<JsonObject> containers(JsonObject object) {
    JsonObject spec = object.getAsJsonObject("spec");
    if (spec != null && spec.has("template")) {
      spec = spec.getAsJsonObject("template").getAsJsonObject("spec");
    }
    if (spec == null || !spec.has("containers")) {
      return List.of();
    }
    List<JsonObject> containers = new ArrayList<>();
    spec.getAsJsonArray("containers")
        .forEach(container -> containers.add(container.getAsJsonObject()));
    return containers;
  }

  private static JsonObject container(JsonObject template) {
    return template.getAsJsonObject("spec").getAsJsonArray("containers").get(0).getAsJsonObject();
  }

  static Map<String, String> variables(JsonObject container) {
    Map<String, String> variables = new TreeMap<>();
    for (JsonElement element : container.getAsJsonArray("env")) {
      JsonObject variable = element.getAsJsonObject();
      String value = variable.has("value") ? variable.get("value").getAsString() : "";
      variables.put(variable.get("name").getAsString(), value);
    }
    return variables;
  }
}
