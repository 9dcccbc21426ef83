package io.directord.common.component.external;

import io.directord.common.component.CommonOptions;
import io.directord.common.component.PlanException;
import io.directord.common.component.SourceFile;
import io.directord.common.component.external.MarkedYaml.Field;
import io.directord.common.job.JobJson;
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

/** Makes a {@link Definition} of a file's text, and finds everything that is wrong with it. */
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
          "script",
          "file");
  private static final Set<String> PARAMETER_KEYS =
      Set.of("type", "required", "default", "choices", "help");

  private final MarkedYaml yaml;
  private final Set<String> names = new HashSet<>();

  private DefinitionReader(Path file) {
    this.yaml = new MarkedYaml(file);
  }

  /**
   * @param verb upper case
   * @param file for messages
   * @throws DefinitionException naming every mistake with file, line and column
   */
  static Definition read(String verb, Path file, String text) throws DefinitionException {
    return new DefinitionReader(file).definition(verb, text);
  }

  private Definition definition(String verb, String text) throws DefinitionException {
    MappingNode root = yaml.root(text);
    Map<String, Field> fields = yaml.fields(root, KEYS);
    String description = yaml.text(fields.get("description"));
    if (description == null || description.isBlank()) {
      yaml.note(root, "description is missing: say what " + verb + " does");
      description = "";
    }
    String script = yaml.text(fields.get("script"));
    String file = file(fields.get("file"));
    if ((script == null) == (file == null)) {
      yaml.note(root, "either script, with the script itself, or file, with its name, is needed");
    }
    Definition definition =
        new Definition(
            verb,
            description.strip(),
            yaml.texts(fields.get("examples")),
            parameters(fields.get("options"), true),
            parameters(fields.get("operands"), false),
            new Facts(
                yaml.flag(fields.get("cacheable"), true),
                yaml.text(fields.get("lock")),
                yaml.text(fields.get("keeps"))),
            script,
            file);
    yaml.finish();
    return definition;
  }

  private String file(Field field) {
    String name = yaml.text(field);
    if (name != null && (name.startsWith("/") || name.contains("..") || name.isBlank())) {
      yaml.note(field.value(), "the name of a file beside this one is expected, not " + name);
    }
    return name;
  }

  private List<Parameter> parameters(Field field, boolean options) {
    List<Parameter> parameters = new ArrayList<>();
    if (field == null || MarkedYaml.isNull(field.value())) {
      return parameters;
    }
    if (!(field.value() instanceof MappingNode map)) {
      yaml.note(field.value(), "a mapping of names is expected, such as 'times: {type: integer}'");
      return parameters;
    }
    Parameter last = null;
    for (Map.Entry<String, Field> entry : yaml.entries(map).entrySet()) {
      Parameter parameter = parameter(entry.getKey(), entry.getValue(), options);
      if (!options && last != null) {
        checkOrder(last, parameter, entry.getValue().key());
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

  private Parameter parameter(String name, Field field, boolean option) {
    checkName(name, field.key());
    Node value = field.value();
    Map<String, Field> fields =
        MarkedYaml.isNull(value) ? Map.of() : yaml.fields(value, PARAMETER_KEYS);
    ParameterType type = type(fields.get("type"), option);
    List<String> choices = yaml.texts(fields.get("choices"));
    String help = yaml.text(fields.get("help"));
    boolean given = fields.containsKey("default");
    boolean required = yaml.flag(fields.get("required"), !option && !given);
    if (required && given) {
      yaml.note(fields.get("default").key(), "what is required needs no default");
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
        name, type, required, initial(bare, fields.get("default")), choices, bare.help());
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
    String key = yaml.text(field);
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
        for (String text : yaml.texts(field)) {
          list.add(parameter.read(text));
        }
        return list;
      }
      String text = yaml.text(field);
      return text == null ? parameter.initial() : parameter.read(text);
    } catch (PlanException e) {
      yaml.note(field.value(), e.getMessage());
      return parameter.initial();
    }
  }
}
