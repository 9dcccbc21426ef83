package io.directord.common.orchestration;

import static java.util.stream.Collectors.joining;

import io.directord.common.config.Nearest;
import io.directord.common.job.Fingerprint;
import io.directord.common.orchestration.Orchestration.Entry;
import io.directord.common.orchestration.Orchestration.JobEntry;
import io.directord.common.orchestration.YamlFile.MistakeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Reads orchestration files, without knowing any verb. */
public final class OrchestrationFile {
  private static final Set<String> ENTRY_KEYS =
      Set.of("name", "async", "targets", "assign", "jobs");
  private static final Set<String> JOB_KEYS = Set.of("name", "vars", "assign");

  private final YamlFile file;
  private final List<Mistake> mistakes;
  private final YamlValues values;
  private final List<Entry> entries = new ArrayList<>();

  private OrchestrationFile(Path path, List<Mistake> mistakes) {
    this.file = new YamlFile(path);
    this.mistakes = mistakes;
    this.values = new YamlValues(file, mistakes);
  }

  /**
   * The files one after the other, as one orchestration. Whatever is wrong with them, a missing
   * file included, is in its mistakes.
   */
  public static Orchestration read(List<Path> files) {
    List<Entry> entries = new ArrayList<>();
    List<Mistake> mistakes = new ArrayList<>();
    for (Path path : files) {
      OrchestrationFile file = new OrchestrationFile(path, mistakes);
      try {
        file.read();
      } catch (MistakeException e) {
        mistakes.add(e.mistake());
      }
      entries.addAll(file.entries);
    }
    return new Orchestration(entries, mistakes);
  }

  private void read() throws MistakeException {
    Node root = file.compose();
    if (!(root instanceof SequenceNode list) || list.getValue().isEmpty()) {
      Place place = root == null ? file.whole() : file.place(root);
      mistakes.add(place.mistake("an orchestration is a list of entries, such as '- jobs: [...]'"));
      return;
    }
    for (Node node : list.getValue()) {
      // Before anything else, since it finds what must not be walked through.
      JsonNode json = values.json(node);
      entry(node, Fingerprint.of(json));
    }
  }

  private void entry(Node node, String fingerprint) {
    if (!(node instanceof MappingNode map)) {
      note(node, "an entry is a mapping with the key jobs, such as '- jobs: [...]'");
      return;
    }
    Map<String, Node> fields = new LinkedHashMap<>();
    for (YamlValues.Entry field : YamlValues.entries(map)) {
      if (ENTRY_KEYS.contains(field.key())) {
        fields.put(field.key(), field.value());
      } else {
        note(field.keyNode(), "unknown key " + field.key() + entryHint(field.key()));
      }
    }
    if (!fields.containsKey("jobs")) {
      note(node, "this entry has no jobs");
    }
    List<String> assign = selector("assign", fields.get("assign"));
    entries.add(
        new Entry(
            text("name", fields.get("name")),
            flag("async", fields.get("async")),
            assign.isEmpty() ? selector("targets", fields.get("targets")) : assign,
            fingerprint,
            jobs(fields.get("jobs")),
            file.place(node)));
  }

  private List<JobEntry> jobs(Node node) {
    List<JobEntry> jobs = new ArrayList<>();
    if (node instanceof SequenceNode list) {
      for (Node job : list.getValue()) {
        if (job instanceof MappingNode map) {
          job(map, jobs);
        } else {
          note(job, "a job is a mapping, such as '- RUN: uname -r'");
        }
      }
    } else if (node != null) {
      note(node, "jobs: a list is expected, such as '- RUN: uname -r'");
    }
    return jobs;
  }

  private void job(MappingNode node, List<JobEntry> jobs) {
    YamlValues.Entry verb = null;
    Map<String, Node> fields = new LinkedHashMap<>();
    for (YamlValues.Entry field : YamlValues.entries(node)) {
      if (JOB_KEYS.contains(field.key())) {
        fields.put(field.key(), field.value());
      } else if (verb == null) {
        verb = field;
      } else {
        note(
            field.keyNode(),
            "unknown key "
                + field.key()
                + hint(field.key(), JOB_KEYS)
                + "; the verb of this job is "
                + verb.key());
      }
    }
    String name = text("name", fields.get("name"));
    List<String> assign = selector("assign", fields.get("assign"));
    Map<String, Place> varPlaces = new LinkedHashMap<>();
    Map<String, JsonNode> vars = vars(fields.get("vars"), varPlaces);
    if (verb == null) {
      note(node, "this job has no verb, such as 'RUN: uname -r'");
      return;
    }
    String text = folded(verb.value(), text(verb.key(), verb.value()));
    if (text != null || isNull(verb.value())) {
      Place place = file.place(verb.keyNode());
      jobs.add(
          new JobEntry(verb.key(), text == null ? "" : text, vars, varPlaces, name, assign, place));
    }
  }

  private Map<String, JsonNode> vars(Node node, Map<String, Place> places) {
    Map<String, JsonNode> vars = new LinkedHashMap<>();
    if (node instanceof MappingNode map) {
      for (YamlValues.Entry field : YamlValues.entries(map)) {
        vars.put(field.key(), option(field));
        places.put(field.key(), file.place(field.keyNode()));
      }
    } else if (node != null && !isNull(node)) {
      note(node, "vars: a mapping of options is expected, such as 'skip_cache: true'");
    }
    return vars;
  }

  /** Texts as written, since 0644 or 1.10 mean to the verb what its author sees. */
  private JsonNode option(YamlValues.Entry field) {
    if (isNull(field.value())) {
      return JsonNodeFactory.instance.nullNode();
    }
    if (field.value() instanceof SequenceNode) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      texts(field.key(), field.value()).forEach(list::add);
      return list;
    }
    String text = text(field.key(), field.value());
    return text == null
        ? JsonNodeFactory.instance.nullNode()
        : JsonNodeFactory.instance.stringNode(text);
  }

  /**
   * The text of a verb. In a folded block, which begins with {@code >}, YAML keeps the line ends
   * around lines that are indented deeper; for a shell these would end the command. So all its
   * lines become one, as with the original; a block that begins with {@code |} keeps its lines.
   */
  private static String folded(Node node, String text) {
    boolean isFolded =
        node instanceof ScalarNode scalar
            && scalar.getScalarStyle() == DumperOptions.ScalarStyle.FOLDED;
    return isFolded && text != null
        ? text.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(joining(" "))
        : text;
  }

  /** The text as written; null if there is none, or it is something else, which is noted. */
  private String text(String key, Node node) {
    if (node instanceof ScalarNode scalar) {
      return isNull(node) ? null : scalar.getValue();
    }
    if (node != null) {
      String kind = node instanceof SequenceNode ? "list" : "mapping";
      note(
          node,
          key + ": a text is expected, not a " + kind + "; quote one that begins with { or [");
    }
    return null;
  }

  /** Names of nodes. An empty list is refused: without the key every node would be meant. */
  private List<String> selector(String key, Node node) {
    boolean empty = node instanceof SequenceNode list && list.getValue().isEmpty();
    if (node != null && (empty || isNull(node))) {
      note(node, key + " is empty: name nodes, or leave the key out, which means every node");
      return List.of();
    }
    return texts(key, node);
  }

  private List<String> texts(String key, Node node) {
    List<String> texts = new ArrayList<>();
    if (node instanceof SequenceNode list) {
      for (Node element : list.getValue()) {
        if (element instanceof ScalarNode scalar && scalar.getValue().isBlank()
            || isNull(element)) {
          note(element, key + ": a text is missing here");
        } else {
          String text = text(key, element);
          texts.add(text == null ? "" : text);
        }
      }
    } else if (node != null && !isNull(node)) {
      note(node, key + ": a list is expected, such as [web-1, web-2]");
    }
    return texts;
  }

  private boolean flag(String key, Node node) {
    String text = text(key, node);
    if (text == null) {
      return false;
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on", "y", "t", "1" -> true;
      case "false", "no", "off", "n", "f", "0" -> false;
      default -> {
        note(node, key + ": true or false is expected, not " + text);
        yield false;
      }
    };
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  /** What belongs one level deeper looks like a key of the entry, if it is not indented enough. */
  private static String entryHint(String key) {
    boolean ofAJob = JOB_KEYS.contains(key) || key.equals(key.toUpperCase(Locale.ROOT));
    return ofAJob
        ? "; if it belongs to a job, indent it below jobs, as '- RUN: uname -r'"
        : hint(key, ENTRY_KEYS);
  }

  private static String hint(String word, Set<String> candidates) {
    return Nearest.hint(word, candidates.stream().sorted().toList());
  }

  private void note(Node node, String message) {
    mistakes.add(file.place(node).mistake(message));
  }
}
