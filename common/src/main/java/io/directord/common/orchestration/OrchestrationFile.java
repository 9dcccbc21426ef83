package io.directord.common.orchestration;

import static java.util.stream.Collectors.joining;

import io.directord.common.job.Fingerprint;
import io.directord.common.orchestration.Orchestration.Entry;
import io.directord.common.orchestration.Orchestration.JobEntry;
import io.directord.common.orchestration.Orchestration.Targets;
import io.directord.common.target.TargetList;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import io.directord.common.yaml.UnreadableYamlException;
import io.directord.common.yaml.YamlFields;
import io.directord.common.yaml.YamlFields.Field;
import io.directord.common.yaml.YamlReader;
import io.directord.common.yaml.YamlValues;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Reads orchestration files, without knowing any verb. */
public final class OrchestrationFile {
  /** Thousands of jobs take a few hundred kilobytes. */
  static final int MAX_BYTES = 8 << 20;

  /** What stands for a file in places of errors. */
  private static final Path TEXT = Path.of("orchestration");

  private static final Set<String> ENTRY_KEYS =
      Set.of("name", "async", "targets", "assign", "rolling", "deadline", "jobs");
  private static final Set<String> JOB_KEYS = Set.of("name", "vars", "assign", "when-changed");

  private final YamlReader yaml;
  private final YamlFields fields;
  private final YamlValues values;
  private final RollingFields rolling;
  private final List<Entry> entries = new ArrayList<>();
  private final boolean namesFiles;

  private OrchestrationFile(Path path, boolean namesFiles) {
    this.namesFiles = namesFiles;
    this.yaml = new YamlReader(path, MAX_BYTES);
    this.fields = new YamlFields(yaml);
    this.values = new YamlValues(yaml);
    this.rolling = new RollingFields(yaml, fields);
  }

  /**
   * The files in order, as one orchestration. All errors, missing files included, are in its
   * errors.
   */
  public static Orchestration read(List<Path> files) {
    List<Entry> entries = new ArrayList<>();
    List<ValidationError> errors = new ArrayList<>();
    for (Path path : files) {
      OrchestrationFile file = new OrchestrationFile(path, true);
      try {
        file.read(path);
      } catch (UnreadableYamlException e) {
        file.yaml.errors().add(e.error());
      }
      entries.addAll(file.entries);
      errors.addAll(file.yaml.errors());
    }
    return new Orchestration(entries, errors);
  }

  /** A text of somebody else that is in no file, and so names no others. It has no aliases. */
  public static Orchestration ofText(String text) {
    OrchestrationFile file = new OrchestrationFile(TEXT, false);
    try {
      file.read(file.yaml.composePlain(text.getBytes(StandardCharsets.UTF_8)));
    } catch (UnreadableYamlException e) {
      file.yaml.errors().add(e.error());
    }
    return new Orchestration(file.entries, file.yaml.errors());
  }

  /**
   * The content of a file that somebody has read, with other texts in it; it names no files, and
   * has no aliases.
   *
   * @param texts what stands in place of each text, keys excepted
   */
  static Orchestration ofContent(Path path, byte[] content, UnaryOperator<String> texts) {
    OrchestrationFile file = new OrchestrationFile(path, false);
    try {
      Node root = file.yaml.composePlain(content);
      file.read(root == null ? null : file.replaced(root, texts));
    } catch (UnreadableYamlException e) {
      file.yaml.errors().add(e.error());
    }
    return new Orchestration(file.entries, file.yaml.errors());
  }

  /**
   * Looks at the texts of such a content.
   *
   * @param check says what is wrong with a text, or null
   */
  static List<ValidationError> errors(Path path, byte[] content, UnaryOperator<String> check) {
    OrchestrationFile file = new OrchestrationFile(path, false);
    try {
      Node root = file.yaml.composePlain(content);
      if (root != null) {
        file.look(root, check);
      }
    } catch (UnreadableYamlException e) {
      file.yaml.errors().add(e.error());
    }
    return file.yaml.errors();
  }

  /** A file as a whole. */
  static Place.InFile whole(Path path) {
    return new YamlReader(path, MAX_BYTES).whole();
  }

  private Node replaced(Node node, UnaryOperator<String> texts) {
    if (node instanceof SequenceNode list) {
      list.getValue().replaceAll(one -> replaced(one, texts));
    } else if (node instanceof MappingNode map) {
      map.setValue(
          map.getValue().stream()
              .map(one -> new NodeTuple(one.getKeyNode(), replaced(one.getValueNode(), texts)))
              .toList());
    } else if (node instanceof ScalarNode scalar) {
      String text = texts.apply(scalar.getValue());
      return text.equals(scalar.getValue())
          ? scalar
          : new ScalarNode(
              scalar.getTag(),
              text,
              scalar.getStartMark(),
              scalar.getEndMark(),
              scalar.getScalarStyle());
    }
    return node;
  }

  private void look(Node node, UnaryOperator<String> check) {
    if (node instanceof SequenceNode list) {
      list.getValue().forEach(one -> look(one, check));
    } else if (node instanceof MappingNode map) {
      map.getValue().forEach(one -> look(one.getValueNode(), check));
    } else if (node instanceof ScalarNode scalar) {
      String error = check.apply(scalar.getValue());
      if (error != null) {
        yaml.note(node, error);
      }
    }
  }

  private void read(Path path) throws UnreadableYamlException {
    if (Files.notExists(path)) {
      yaml.note("there is no such file" + new ContainerView().hint());
      return;
    }
    read(yaml.compose());
  }

  private void read(Node root) throws UnreadableYamlException {
    if (!(root instanceof SequenceNode list)) {
      yaml.note(root, "an orchestration is a list of entries, such as '- jobs: [...]'");
      return;
    }
    if (list.getValue().isEmpty()) {
      yaml.note(root, "it has no entries, such as '- jobs: [...]'");
      return;
    }
    for (Node node : list.getValue()) {
      // First of all, since it finds structures that must not be traversed.
      JsonNode json = values.json(node);
      entry(node, Fingerprint.of(json));
    }
  }

  private void entry(Node node, String fingerprint) {
    if (!(node instanceof MappingNode map)) {
      yaml.note(node, "an entry is a mapping with the key jobs, such as '- jobs: [...]'");
      return;
    }
    Map<String, Field> given = new LinkedHashMap<>();
    for (Field field : YamlFields.written(map)) {
      if (ENTRY_KEYS.contains(field.name())) {
        given.put(field.name(), field);
      } else {
        yaml.note(field.key(), "unknown key " + field.name() + entryHint(field.name()));
      }
    }
    if (!given.containsKey("jobs")) {
      yaml.note(node, "this entry has no jobs");
    }
    if (given.containsKey("assign") && given.containsKey("targets")) {
      yaml.note(
          given.get("assign").key(),
          "assign and targets are both given; beside jobs they mean the same: keep one");
    }
    Targets assign = selector(given.get("assign"));
    entries.add(
        new Entry(
            fields.text(given.get("name")),
            fields.flag(given.get("async"), false),
            assign.isEmpty() ? selector(given.get("targets")) : assign,
            fingerprint,
            rolling.of(given.get("rolling"), given.get("deadline")),
            jobs(given.get("jobs")),
            yaml.place((given.containsKey("rolling") ? given.get("rolling").key() : node))));
  }

  private List<JobEntry> jobs(Field field) {
    List<JobEntry> jobs = new ArrayList<>();
    if (field == null) {
      return jobs;
    }
    if (field.value() instanceof SequenceNode list) {
      for (Node job : list.getValue()) {
        if (job instanceof MappingNode map) {
          job(map, jobs);
        } else {
          yaml.note(job, "a job is a mapping, such as '- RUN: uname -r'");
        }
      }
    } else {
      yaml.note(field.value(), "jobs: a list is expected, such as '- RUN: uname -r'");
    }
    return jobs;
  }

  private void job(MappingNode node, List<JobEntry> jobs) {
    Field verb = null;
    Map<String, Field> given = new LinkedHashMap<>();
    for (Field field : YamlFields.written(node)) {
      if (JOB_KEYS.contains(field.name())) {
        given.put(field.name(), field);
      } else if (verb == null) {
        verb = field;
      } else {
        yaml.note(
            field.key(),
            "unknown key "
                + field.name()
                + hint(field.name(), JOB_KEYS)
                + "; the verb of this job is "
                + verb.name());
      }
    }
    String name = fields.text(given.get("name"));
    Targets assign = selector(given.get("assign"));
    Map<String, Place> varPlaces = new LinkedHashMap<>();
    Map<String, JsonNode> vars = vars(given.get("vars"), varPlaces);
    Field whenChanged = given.get("when-changed");
    if (whenChanged != null) {
      JsonNode twice = vars.put("when_changed", option(whenChanged));
      varPlaces.put("when_changed", yaml.place(whenChanged.key()));
      if (twice != null) {
        yaml.note(whenChanged.key(), "when-changed is also in vars: keep one");
      }
    }
    if (verb == null) {
      yaml.note(node, "this job has no verb, such as 'RUN: uname -r'");
      return;
    }
    String text = folded(verb.value(), fields.text(verb));
    if (text != null || YamlReader.isNull(verb.value())) {
      String written = text == null ? "" : text;
      Place place = yaml.place(verb.key());
      jobs.add(new JobEntry(verb.name(), written, vars, varPlaces, name, assign, place));
    }
  }

  private Map<String, JsonNode> vars(Field given, Map<String, Place> places) {
    Map<String, JsonNode> vars = new LinkedHashMap<>();
    if (given != null && given.value() instanceof MappingNode map) {
      for (Field field : YamlFields.written(map)) {
        vars.put(field.name(), option(field));
        places.put(field.name(), yaml.place(field.key()));
      }
    } else if (given != null && !YamlReader.isNull(given.value())) {
      yaml.note(
          given.value(), "vars: a mapping of options is expected, such as 'skip_cache: true'");
    }
    return vars;
  }

  /** Scalars as written, so that 0644 or 1.10 reach the verb unchanged. */
  private JsonNode option(Field field) {
    if (field.value() instanceof SequenceNode) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      texts(field).forEach(list::add);
      return list;
    }
    String text = fields.text(field);
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

  /** Targets. An empty list is refused: without the key every node would be meant. */
  private Targets selector(Field field) {
    if (field == null) {
      return Targets.NONE;
    }
    boolean empty = field.value() instanceof SequenceNode list && list.getValue().isEmpty();
    if (empty || YamlReader.isNull(field.value())) {
      yaml.note(
          field.value(),
          field.name() + " is empty: name nodes, or leave the key out, which means every node");
      return Targets.NONE;
    }
    List<String> written = new ArrayList<>();
    List<Place.InFile> places = new ArrayList<>();
    texts(field, (element, text) -> target(text, yaml.placeOfText(element), written, places));
    return new Targets(written, places);
  }

  private void target(
      String text, Place.InFile place, List<String> written, List<Place.InFile> places) {
    if (text.startsWith(TargetList.FILE) && !namesFiles) {
      yaml.errors().add(place.error("a file with targets cannot be named here: write them out"));
    } else if (text.startsWith(TargetList.FILE)) {
      Path file = place.file().resolveSibling(text.substring(TargetList.FILE.length()));
      for (TargetList.Line line : TargetList.read(file, yaml.errors())) {
        written.add(line.text());
        places.add(line.place());
      }
    } else if (text.equals(TargetList.STANDARD_INPUT)) {
      yaml.errors()
          .add(place.error("standard input can be a list of targets on the command line only"));
    } else {
      TargetList.error(text, place, yaml.errors());
      written.add(text);
      places.add(place);
    }
  }

  private List<String> texts(Field field) {
    List<String> texts = new ArrayList<>();
    texts(field, (element, text) -> texts.add(text));
    return texts;
  }

  private void texts(Field field, BiConsumer<Node, String> to) {
    if (field.value() instanceof SequenceNode list) {
      for (Node element : list.getValue()) {
        if (element instanceof ScalarNode scalar && scalar.getValue().isBlank()
            || YamlReader.isNull(element)) {
          yaml.note(element, field.name() + ": a text is missing here");
        } else {
          String text = fields.text(new Field(field.name(), element, element));
          to.accept(element, text == null ? "" : text);
        }
      }
    } else {
      yaml.note(field.value(), field.name() + ": a list is expected, such as [web-1, web-2]");
    }
  }

  /** A key of a job that is not indented enough looks like a key of the entry. */
  private static String entryHint(String key) {
    boolean ofAJob = JOB_KEYS.contains(key) || key.equals(key.toUpperCase(Locale.ROOT));
    return ofAJob
        ? "; if it belongs to a job, indent it below jobs, as '- RUN: uname -r'"
        : hint(key, ENTRY_KEYS);
  }

  private static String hint(String word, Set<String> candidates) {
    return Nearest.hint(word, candidates.stream().sorted().toList());
  }
}
