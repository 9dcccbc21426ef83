package io.directord.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.bertramlabs.plugins.hcl4j.HCLParser;
import io.directord.common.config.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The files for Nomad and Consul. Both publish what they read as Go types only, and neither is in
 * Debian, so nothing here runs them: the files are parsed as HCL, each key is held against those
 * that the types name ({@code schedulers.txt}), and values against what directord has. Types of
 * values, and what a scheduler refuses beyond unknown keys, are not checked.
 */
class SchedulersTest {
  private static final Path PACKAGING = Path.of("../packaging").toAbsolutePath().normalize();

  /** Blocks with a name behind their type. */
  private static final Set<String> LABELLED = Set.of("job", "group", "task", "port", "volume");

  private final Map<String, Set<String>> known = known();
  private final List<String> unknown = new ArrayList<>();

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(PACKAGING)) {
      return files
          .filter(file -> file.toString().matches(".*/(nomad|consul)/.*"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyKeyIsOneThatIsRead(Path file) throws Exception {
    hold(kind(file), read(file), "");
    assertEquals(List.of(), unknown);
  }

  @Test
  void aKeyThatNobodyReadsIsFound() throws Exception {
    Path file = PACKAGING.resolve("nomad/directord-server.nomad.hcl");
    String text = Files.readString(file);
    Map<?, ?> wrong =
        new HCLParser().parse(text.replace("interval", "intervall").replace("static", "statik"));
    hold("nomad", wrong, "");
    assertEquals(
        List.of(
            "/job/group/network/port/statik",
            "/job/group/network/port/statik",
            "/job/group/service/check/intervall"),
        unknown);
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyCheckIsOurHealthCheckWithTimeToAnswer(Path file) throws Exception {
    List<Map<?, ?>> checks = blocks(read(file), "check");
    String role = file.getFileName().toString().contains("server") ? "server" : "client";
    assertEquals(1, checks.size(), file.toString());
    List<?> args = (List<?>) checks.get(0).get("args");
    assertEquals(List.of("healthcheck", role), args.subList(args.size() - 2, args.size()));
    assertEquals("10s", checks.get(0).get("timeout"));
    assertEquals("30s", checks.get(0).get("interval"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyVariableIsASettingAndEveryPortOurs(Path file) throws Exception {
    Set<String> settings = new TreeSet<>(Set.of("DIRECTORD_MODE"));
    Settings.ALL.forEach(setting -> settings.addAll(setting.variables()));
    for (Map<?, ?> environment : blocks(read(file), "env")) {
      environment.keySet().forEach(name -> assertTrue(settings.contains(name), name + ""));
    }
    for (Map<?, ?> template : blocks(read(file), "template")) {
      String data = template.get("data").toString();
      List<String> variables =
          Pattern.compile("\\b([A-Z_]+)=")
              .matcher(data)
              .results()
              .map(one -> one.group(1))
              .toList();
      assertEquals(1, variables.size(), data);
      assertTrue(settings.containsAll(variables), data);
    }
    List<Integer> ports = new ArrayList<>();
    for (Map<?, ?> named : blocks(read(file), "port")) {
      for (Object port : named.values()) {
        ports.add(((Number) ((Map<?, ?>) port).get("static")).intValue());
      }
    }
    List<Integer> ours =
        List.of(Settings.JOB_PORT.defaultValue(), Settings.BACKEND_PORT.defaultValue());
    assertTrue(ports.isEmpty() || ports.equals(ours), ports::toString);
  }

  /** As Nomad's templates are, of which a variable has one item or the other. */
  @Test
  void aClientGetsTheSharedKeyOrTheJoinTokenWhicheverTheVariableHas() throws Exception {
    List<Map<?, ?>> templates =
        blocks(read(PACKAGING.resolve("nomad/directord-client.nomad.hcl")), "template");
    List<String> data = templates.stream().map(one -> one.get("data").toString()).toList();
    String form =
        "{{ with nomadVar \"nomad/jobs/directord-client\" }}"
            + "{{ with .%s }}%s={{ . }}{{ end }}{{ end }}";
    assertEquals(
        List.of(
            form.formatted("shared_key", "DIRECTORD_SHARED_KEY"),
            form.formatted("join_token", "DIRECTORD_JOIN_TOKEN")),
        data);
    assertEquals(null, templates.get(0).get("change_mode"));
    assertEquals("noop", templates.get(1).get("change_mode"));
    assertEquals(
        2,
        templates.stream().map(one -> one.get("destination")).distinct().count(),
        data::toString);
  }

  private static Map<?, ?> read(Path file) throws Exception {
    return new HCLParser().parse(Files.readString(file));
  }

  private static String kind(Path file) {
    return file.getParent().getFileName().toString();
  }

  /** Notes the keys that nobody reads. */
  private void hold(String kind, Map<?, ?> block, String path) {
    block.forEach(
        (key, value) -> {
          String own = kind + "." + key;
          if (!known.get(kind).contains(key)) {
            unknown.add(path + "/" + key);
          } else if (known.containsKey(own)
              || known.containsKey(key) && !kind.startsWith("consul")) {
            String child = known.containsKey(own) ? own : key.toString();
            bodies(key.toString(), value).forEach(body -> hold(child, body, path + "/" + key));
          }
        });
  }

  /** The bodies of blocks of a type, of which there may be several, by name or not. */
  private static List<Map<?, ?>> bodies(String type, Object value) {
    List<Map<?, ?>> bodies = new ArrayList<>();
    for (Object one : value instanceof List<?> several ? several : List.of(value)) {
      if (one instanceof Map<?, ?> body) {
        if (LABELLED.contains(type)) {
          body.values().forEach(named -> bodies.add((Map<?, ?>) named));
        } else {
          bodies.add(body);
        }
      }
    }
    return bodies;
  }

  /** All blocks of a type, wherever they are. */
  private static List<Map<?, ?>> blocks(Map<?, ?> in, String type) {
    List<Map<?, ?>> found = new ArrayList<>();
    in.forEach(
        (key, value) -> {
          for (Object one : value instanceof List<?> several ? several : Arrays.asList(value)) {
            if (one instanceof Map<?, ?> block) {
              if (key.equals(type)) {
                found.add(block);
              }
              found.addAll(blocks(block, type));
            }
          }
        });
    return found;
  }

  /** Keys by block, from lines such as {@code group: count network task}. */
  private static Map<String, Set<String>> known() {
    Map<String, Set<String>> known = new LinkedHashMap<>();
    try {
      for (String line :
          Files.readAllLines(Path.of("src/test/resources/packaging/schedulers.txt"))) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] words = line.split(":? +");
          known.put(words[0], Set.of(Arrays.copyOfRange(words, 1, words.length)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return known;
  }
}
