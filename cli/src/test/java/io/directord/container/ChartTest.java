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
 * holds. Of the template language its templates use values, and choices between lines by one value,
 * so that they can be rendered here.
 */
class ChartTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path CHART = ROOT.resolve("packaging/helm/directord");
  private static final Path BASE = ROOT.resolve("pods/kubernetes");
  private static final String FILE = "kustomization.yaml";

  /** Lines to be taken if a value is set, and those to be taken if not. */
  private static final Pattern CHOICE =
      Pattern.compile(
          "(?s)\\n *\\{\\{- if \\.Values\\.([\\w.]+) }}(.*?)"
              + "\\n *\\{\\{- else }}(.*?)\\n *\\{\\{- end }}");

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
    base.keySet().removeAll(Set.of(FILE, "namespace.yaml"));
    assertEquals(base, chart);
  }

  @Test
  void clientsWithAJoinTokenAreThoseOfTheComponentThatTheBaseMayHave() throws IOException {
    Map<String, Object> values = values();
    @SuppressWarnings("unchecked")
    Map<String, Object> client = (Map<String, Object>) values.get("client");
    client.put("joinTokenSecretName", "directord-nodes");
    Map<String, Object> chart =
        new Yaml().load(rendered(CHART.resolve("templates/client.yaml"), values));
    Map<String, Object> base =
        new Yaml().load(rendered(CHART.resolve("templates/client.yaml"), values()));

    Map<String, Object> variables = variables(chart);
    assertEquals(
        Map.of("secretKeyRef", Map.of("name", "directord-nodes", "key", "join-token")),
        variables.get("DIRECTORD_JOIN_TOKEN"));
    Map<String, Object> component =
        new Yaml().load(Files.readString(ROOT.resolve("pods/kubernetes-join-token/" + FILE)));
    assertEquals("Component", component.get("kind"));
    List<?> patches = (List<?>) component.get("patches");
    assertEquals(1, patches.size());
    Map<String, Object> patch =
        new Yaml().load(((Map<?, ?>) patches.get(0)).get("patch").toString());
    assertEquals("DaemonSet", patch.get("kind"));
    assertEquals("directord-client", ((Map<?, ?>) patch.get("metadata")).get("name"));

    Map<String, Object> patched = variables(base);
    for (Map<?, ?> change : entries(patch)) {
      if ("delete".equals(change.get("$patch"))) {
        assertNotNull(patched.remove(change.get("name")), change::toString);
      } else {
        patched.put(change.get("name").toString(), value(change));
      }
    }
    assertEquals(variables, patched);
    entries(chart).clear();
    entries(base).clear();
    assertEquals(base, chart);
  }

  /** The values of variables of the client, or where they come from. */
  private static Map<String, Object> variables(Map<String, Object> workload) {
    Map<String, Object> variables = new TreeMap<>();
    entries(workload).forEach(one -> variables.put(one.get("name").toString(), value(one)));
    return variables;
  }

  private static Object value(Map<?, ?> variable) {
    return variable.containsKey("value") ? variable.get("value") : variable.get("valueFrom");
  }

  @SuppressWarnings("unchecked")
  private static List<Map<?, ?>> entries(Map<String, Object> workload) {
    Map<?, ?> at = workload;
    for (String key : List.of("spec", "template", "spec")) {
      at = (Map<?, ?>) at.get(key);
    }
    Map<?, ?> container = (Map<?, ?>) ((List<?>) at.get("containers")).get(0);
    assertEquals("directord", container.get("name"));
    return (List<Map<?, ?>>) container.get("env");
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
      String text = Files.readString(template);
      ACTION.matcher(text).results().forEach(use -> used.add(use.group(1)));
      CHOICE.matcher(text).results().forEach(use -> used.add(use.group(1)));
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
    String chosen =
        CHOICE
            .matcher(Files.readString(template))
            .replaceAll(
                choice ->
                    Matcher.quoteReplacement(
                        value(choice.group(1), values).equals("")
                            ? choice.group(3)
                            : choice.group(2)));
    String text =
        ACTION
            .matcher(chosen)
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
