package io.directord.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/**
 * The Helm chart makes the objects of the kustomize base, whose schemas {@link ManifestsTest}
 * holds. Its templates use values and nothing else of the template language, so that they can be
 * rendered here.
 */
class ChartTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path CHART = ROOT.resolve("packaging/helm/directord");
  private static final Path BASE = ROOT.resolve("pods/kubernetes");
  private static final Pattern ACTION = Pattern.compile("\\{\\{ \\.Values\\.([\\w.]+) }}");

  @Test
  void itsObjectsAreThoseOfTheBase() throws IOException {
    Map<String, Object> chart = new TreeMap<>();
    for (Path template : yaml(CHART.resolve("templates"))) {
      chart.put(name(template), new Yaml().load(rendered(template, values())));
    }
    Map<String, Object> base = new TreeMap<>();
    for (Path file : yaml(BASE)) {
      String text =
          Files.readString(file).replace("image: directord", "image: localhost/directord:latest");
      base.put(name(file), new Yaml().load(text));
    }
    base.keySet().removeAll(Set.of("kustomization.yaml", "namespace.yaml"));
    assertEquals(base, chart);
  }

  @Test
  void everyTemplateIsAnObjectOrTheNotes() throws IOException {
    try (Stream<Path> files = Files.list(CHART.resolve("templates"))) {
      List<String> others =
          files.map(ChartTest::name).filter(file -> !file.endsWith(".yaml")).toList();
      assertEquals(List.of("NOTES.txt"), others);
    }
    String notes = Files.readString(CHART.resolve("templates/NOTES.txt"));
    assertEquals(
        "The command line runs in the server's pod:\n"
            + "  kubectl --namespace here exec -i deployment/directord-server"
            + " -- directord manage --list-nodes\n",
        notes.replace("{{ .Release.Namespace }}", "here"));
    Map<String, Object> server =
        new Yaml().load(rendered(CHART.resolve("templates/server.yaml"), values()));
    assertEquals("Deployment", server.get("kind"));
    assertEquals("directord-server", ((Map<?, ?>) server.get("metadata")).get("name"));
  }

  @Test
  void everyValueIsUsed() throws IOException {
    TreeSet<String> used = new TreeSet<>();
    for (Path template : yaml(CHART.resolve("templates"))) {
      ACTION.matcher(Files.readString(template)).results().forEach(use -> used.add(use.group(1)));
    }
    TreeSet<String> there = new TreeSet<>();
    leaves("", values(), there);
    assertEquals(there, used);
  }

  @Test
  void itIsOfTheVersionThatIsBuilt() throws IOException {
    Map<String, Object> chart = new Yaml().load(Files.readString(CHART.resolve("Chart.yaml")));
    Matcher version =
        Pattern.compile("<version>(.*)</version>")
            .matcher(Files.readString(ROOT.resolve("pom.xml")));
    assertTrue(version.find());
    assertEquals(version.group(1), chart.get("appVersion"));
    assertEquals(version.group(1).replace("-SNAPSHOT", ""), chart.get("version"));
    assertEquals("v2", chart.get("apiVersion"));
    assertEquals(CHART.getFileName().toString(), chart.get("name"));
  }

  private static Map<String, Object> values() throws IOException {
    return new Yaml().load(Files.readString(CHART.resolve("values.yaml")));
  }

  private static String rendered(Path template, Map<String, Object> values) throws IOException {
    String text =
        ACTION
            .matcher(Files.readString(template))
            .replaceAll(use -> Matcher.quoteReplacement(value(use.group(1), values).toString()));
    assertTrue(!text.contains("{{"), () -> template + " uses more than values");
    return text;
  }

  private static Object value(String path, Map<String, Object> values) {
    Object at = values;
    for (String key : path.split("\\.")) {
      at = ((Map<?, ?>) at).get(key);
      assertNotNull(at, path);
    }
    return at;
  }

  private static void leaves(String prefix, Map<?, ?> values, TreeSet<String> found) {
    values.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> inner) {
            leaves(prefix + key + ".", inner, found);
          } else {
            found.add(prefix + key);
          }
        });
  }

  private static List<Path> yaml(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }
}
