package io.directord.verbs.external;

import io.directord.common.component.CommonOptions;
import io.directord.common.component.DefinitionException;
import io.directord.common.component.PlanException;
import io.directord.common.component.SourceFile;
import io.directord.common.job.JobJson;
import io.directord.common.validation.ValidationError;
import io.directord.common.yaml.UnreadableYamlException;
import io.directord.common.yaml.YamlFields;
import io.directord.common.yaml.YamlFields.Field;
import io.directord.common.yaml.YamlReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Parses a file into a {@link Definition}, and finds all its errors. */
final class DefinitionReader {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");
  private static final Set<String> KEYS =
      Set.of(
          "description",
          "examples",
          "options",
          "operands",
          "cacheable",
          "lock",
          "keeps",
          "preview",
          "script",
          "file");
  private static final Set<String> PARAMETER_KEYS =
      Set.of("type", "required", "default", "choices", "help");

  private final YamlReader yaml;
  private final YamlFields fields;
  private final Set<String> names = new HashSet<>();

  private DefinitionReader(Path file) {
    this.yaml = new YamlReader(file, Definitions.MAX_DEFINITION_BYTES);
    this.fields = new YamlFields(yaml);
  }

  /**
   * @param verb upper case
   * @param file for messages
   * @throws DefinitionException with all errors, each with file, line and column
   */
  static Definition read(String verb, Path file, byte[] bytes) throws DefinitionException {
    return new DefinitionReader(file).definition(verb, bytes);
  }

  /** An error at the value of a key of an otherwise valid definition. */
  static DefinitionException at(Path file, byte[] bytes, String key, String message)
      throws DefinitionException {
    DefinitionReader reader = new DefinitionReader(file);
    Field field = reader.fields.all(reader.root(bytes)).get(key);
    return new DefinitionException(List.of(reader.yaml.place(field.value()).error(message)));
  }

  private MappingNode root(byte[] bytes) throws DefinitionException {
    Node root;
    try {
      root = yaml.compose(bytes);
    } catch (UnreadableYamlException e) {
      throw new DefinitionException(List.of(e.error()));
    }
    if (root instanceof MappingNode map) {
      return map;
    }
    throw new DefinitionException(
        List.of(
            yaml.place(root)
                .error("a definition is a mapping with the keys description and script")));
  }

  private Definition definition(String verb, byte[] bytes) throws DefinitionException {
    MappingNode root = root(bytes);
    Map<String, Field> given = fields.of(root, KEYS);
    String description = fields.text(given.get("description"));
    if (description == null || description.isBlank()) {
      yaml.note(root, "description is missing: say what " + verb + " does");
      description = "";
    }
    String script = fields.text(given.get("script"));
    String file = file(given.get("file"));
    if ((script == null) == (file == null)) {
      yaml.note(root, "either script, with the script itself, or file, with its name, is needed");
    }
    Definition definition =
        new Definition(
            verb,
            description.strip(),
            fields.texts(given.get("examples")),
            parameters(given.get("options"), true),
            parameters(given.get("operands"), false),
            new Facts(
                fields.flag(given.get("cacheable"), true),
                fields.text(given.get("lock")),
                fields.text(given.get("keeps")),
                fields.flag(given.get("preview"), false)),
            new Definition.Source(script, file));
    if (!yaml.errors().isEmpty()) {
      throw new DefinitionException(ValidationError.sorted(yaml.errors()));
    }
    return definition;
  }

  private String file(Field field) {
    String name = fields.text(field);
    if (name != null && (name.startsWith("/") || name.contains("..") || name.isBlank())) {
      yaml.note(field.value(), "the name of a file beside this one is expected, not " + name);
    }
    return name;
  }

  private List<Parameter> parameters(Field field, boolean options) {
    List<Parameter> parameters = new ArrayList<>();
    if (field == null || YamlReader.isNull(field.value())) {
      return parameters;
    }
    if (!(field.value() instanceof MappingNode map)) {
      yaml.note(field.value(), "a mapping of names is expected, such as 'times: {type: integer}'");
      return parameters;
    }
    Parameter last = null;
    for (Field entry : fields.all(map).values()) {
      Parameter parameter = parameter(entry, options);
      if (!options && last != null) {
        checkOrder(last, parameter, entry.key());
      }
      parameters.add(parameter);
      last = parameter;
    }
    return parameters;
  }

  private void checkOrder(Parameter last, Parameter next, Node key) {
    if (last.type().takesAll()) {
      yaml.note(key, "nothing can follow " + last.name() + ", which takes all that is left");
    } else if (!last.required() && next.required()) {
      yaml.note(key, next.name() + " is required, so " + last.name() + " before it must be too");
    }
  }

  private Parameter parameter(Field field, boolean option) {
    String name = field.name();
    checkName(name, field.key());
    Node value = field.value();
    Map<String, Field> given =
        YamlReader.isNull(value) ? Map.of() : fields.of(value, PARAMETER_KEYS);
    ParameterType type = type(given.get("type"), option);
    List<String> choices = fields.texts(given.get("choices"));
    String help = fields.text(given.get("help"));
    boolean initial = given.containsKey("default");
    boolean required = fields.flag(given.get("required"), !option && !initial);
    if (required && initial) {
      yaml.note(given.get("default").key(), "what is required needs no default");
    }
    Parameter bare =
        new Parameter(
            name,
            type,
            required,
            JsonNodeFactory.instance.nullNode(),
            choices,
            help == null ? "" : help.strip());
    return new Parameter(
        name, type, required, initial(bare, given.get("default")), choices, bare.help());
  }

  private void checkName(String name, Node key) {
    if (!NAME.matcher(name).matches()) {
      yaml.note(key, "a name is lower-case letters, digits and _, unlike " + name);
    } else if (!names.add(name)) {
      yaml.note(key, "there is another argument " + name);
    } else if (JobJson.isReserved(name)
        || CommonOptions.has("--" + name.replace('_', '-'))
        || name.equals(Facts.KEY)
        || name.equals(SourceFile.KEY)) {
      yaml.note(key, name + " means something for every verb: choose another name");
    }
  }

  private ParameterType type(Field field, boolean option) {
    String key = fields.text(field);
    if (key == null) {
      return ParameterType.TEXT;
    }
    ParameterType type = ParameterType.of(key).orElse(null);
    ParameterType wrong = option ? ParameterType.REST : ParameterType.FLAG;
    if (type == null || type == wrong) {
      List<String> types =
          ParameterType.keys().stream().filter(known -> !known.equals(wrong.key())).toList();
      yaml.note(
          field.value(),
          (option ? "an option" : "an operand") + " is one of " + String.join(", ", types));
      return ParameterType.TEXT;
    }
    return type;
  }

  private JsonNode initial(Parameter parameter, Field field) {
    if (field == null) {
      return parameter.type() == ParameterType.FLAG
          ? JsonNodeFactory.instance.booleanNode(false)
          : parameter.initial();
    }
    try {
      if (parameter.type() == ParameterType.LIST) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (String text : fields.texts(field)) {
          list.add(parameter.read(text));
        }
        return list;
      }
      String text = fields.text(field);
      return text == null ? parameter.initial() : parameter.read(text);
    } catch (PlanException e) {
      yaml.note(field.value(), e.getMessage());
      return parameter.initial();
    }
  }
}
