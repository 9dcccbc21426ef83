package io.directord.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.evaluate.Context;
import io.directord.jinja.limit.TemplateLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Holds our templates against what Jinja2 makes of the same ones: as recorded by {@code
 * jinja2-table.py}, and with the Jinja2 of this machine, if it has one.
 */
class Jinja2Test {
  private static final Path TEST = Path.of("src/test").toAbsolutePath();
  private static final Path DIRECTORY = TEST.resolve("resources/jinja2");
  private static final JsonNode EXPECTED = read("expected.json");
  private static final JsonNode DIFFERENCES = read("differences.json");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| ([^|-][^|]*) \\|.*\\|.*\\|$");
  private static final Pattern JAVA = Pattern.compile("io\\.directord|java\\.|\\$\\$[Ll]ambda");
  private static final Environment ENVIRONMENT = new Environment(TemplateLimits.DEFAULT);
  private static final String CONFIGURATIONS = "configurations/";
  private static final JsonNode ARGS = read("args.json");
  private static final JsonNode VALUES = read("configurations.json");

  static Iterable<String> templates() {
    return EXPECTED.propertyNames();
  }

  @ParameterizedTest
  @MethodSource("templates")
  void rendersAsRecorded(String name) {
    JsonNode jinja2 = EXPECTED.get(name);
    Map<String, String> ours = ours(name);
    assertFalse(JAVA.matcher(ours.toString()).find(), ours::toString);
    if (DIFFERENCES.has(name)) {
      assertFalse(agree(jinja2, ours), () -> name + " is no difference any more");
    } else {
      assertTrue(agree(jinja2, ours), () -> name + "\njinja2: " + jinja2 + "\nours:   " + ours);
    }
  }

  @Test
  void rendersAsTheJinja2OfThisMachineDoes() throws Exception {
    assumeTrue(run("-c", "import jinja2") != null, "python3-jinja2 is not installed");
    JsonNode live = JsonValues.read(run("jinja2-table.py", "print"));
    Map<String, String> wrong = new TreeMap<>();
    Map<String, Object> all = new LinkedHashMap<>();
    for (String name : live.propertyNames()) {
      Map<String, String> ours = ours(name);
      all.put(name, ours);
      if (!DIFFERENCES.has(name) && !agree(live.get(name), ours)) {
        wrong.put(name, "jinja2: " + live.get(name) + ", ours: " + ours);
      }
    }
    Files.writeString(Path.of("target/jinja2-ours.json"), JsonValues.write(all));
    assertEquals(Map.of(), wrong);
  }

  @Test
  void whatIsRecordedIsOfTheTemplatesThatAreThere() throws Exception {
    Set<String> there = new TreeSet<>();
    for (String line : Files.readAllLines(DIRECTORY.resolve("expressions.txt"))) {
      if (!line.isEmpty() && !line.startsWith("# ")) {
        there.add(line);
      }
    }
    try (var files = Files.list(DIRECTORY.resolve("blueprints"))) {
      files.forEach(file -> there.add("blueprints/" + file.getFileName()));
    }
    String configurations = Files.readString(DIRECTORY.resolve("configurations.txt"));
    for (String text : configurations.strip().split("\n====\n")) {
      there.add(CONFIGURATIONS + text);
    }
    assertEquals(there, new TreeSet<>(EXPECTED.propertyNames()));
    assertTrue(there.containsAll(DIFFERENCES.propertyNames()));
  }

  @Test
  void theDocumentNamesTheseDifferencesAndNoOthers() throws IOException {
    String document = Files.readString(Path.of("../docs/syntax.md"));
    String section = document.split("(?m)^## Templates$")[1].split("(?m)^## ")[0];
    Set<String> named =
        ROW.matcher(section).results().map(row -> row.group(1)).collect(Collectors.toSet());
    Set<String> kept = new TreeSet<>();
    DIFFERENCES.forEach(reason -> kept.add(reason.asString()));
    assertEquals(kept, new TreeSet<>(named));
  }

  /** The same text; or a failure by both, in the same words where something is not defined. */
  private static boolean agree(JsonNode jinja2, Map<String, String> ours) {
    if (jinja2.has("text")) {
      return jinja2.get("text").asString().equals(ours.get("text"));
    }
    if (jinja2.has("undefined")) {
      String message = jinja2.get("undefined").asString().replaceFirst("\\.$", "");
      return ours.getOrDefault("error", "").startsWith(message);
    }
    return ours.containsKey("error");
  }

  private static Map<String, String> ours(String name) {
    try {
      boolean configuration = name.startsWith(CONFIGURATIONS);
      String text =
          name.startsWith("blueprints/")
              ? Files.readString(DIRECTORY.resolve(name))
              : configuration ? name.substring(CONFIGURATIONS.length()) : name;
      return Map.of(
          "text",
          ENVIRONMENT.render(text, Context.of(JsonValues.map(configuration ? VALUES : ARGS))));
    } catch (TemplateException e) {
      return Map.of("error", e.getMessage());
    } catch (RuntimeException | StackOverflowError e) {
      return Map.of("defect", e.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode read(String file) {
    try {
      return JsonValues.read(Files.readString(DIRECTORY.resolve(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What Python prints; null where it fails or is not there. */
  private static String run(String... words) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("/usr/bin/python3"));
    command.addAll(List.of(words));
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(TEST.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? out : null;
    } catch (IOException e) {
      return null;
    }
  }
}
