package io.directord.verbs.builtin;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.CacheTag;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.Syntax;
import io.directord.common.component.Values;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.python.PythonLiteral;
import io.directord.common.python.PythonText;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** ARG: keeps an argument on the node, for templates. */
public final class ArgComponent extends BuiltIn<ArgComponent.Arguments> {
  private static final Syntax<Arguments> SYNTAX =
      new Syntax<Arguments>(
              "Keeps an argument on the node, for {{ KEY }} in later jobs.",
              "ARG: release 2.4",
              "ARG: --extend-args packages ['nginx', 'curl']")
          .flag(
              "--extend-args",
              "Extend the list, or merge the map, that is there.",
              (arguments, on) -> arguments.extendArgs = on)
          .word("KEY", "Its name.", (arguments, word) -> arguments.key = Values.name(word))
          .rest(
              "VALUE",
              "All that follows: a Python literal such as 1, True, ['a'] or {'a': 'b'}, else a"
                  + " text. A number that would not print as it is written, such as 1.10 or"
                  + " 0x1F, is a text.",
              (arguments, text) -> arguments.args.set(arguments.key, value(text.strip())));

  /** The key of a job that delivers the answers to a QUERY. */
  static final String ANSWERS = "answers";

  /** ARG and ENV never run at the same time on a node. */
  static final String LOCK = "arg";

  /** The arguments as they travel in the job, and the key until the value is read. */
  public static final class Arguments {
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public boolean extendArgs;

    /** The values are answers to a QUERY: not templates, and the newest value of a name counts. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public boolean answers;

    @JsonIgnore public String key;

    public ObjectNode args = Json.object();
  }

  public ArgComponent() {
    super("ARG", Arguments::new, SYNTAX);
  }

  @Override
  public boolean cacheable() {
    return false;
  }

  @Override
  public String lock() {
    return LOCK;
  }

  private static JsonNode value(String text) {
    return PythonLiteral.parse(text).orElseGet(() -> JsonNodeFactory.instance.stringNode(text));
  }

  @Override
  public void validate(Arguments arguments, ArgumentErrors errors) {
    if (errors.given(
        "args", arguments.args, "an object is needed, such as {\"name\": \"value\"}")) {
      errors.require(!arguments.args.isEmpty(), "args", "a name and its value are needed");
      for (String name : arguments.args.propertyNames()) {
        errors.check("args", () -> Values.name(name));
      }
    }
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node) throws JobException {
    if (arguments.answers) {
      return keepAnswers(Given.key("args", arguments.args), node);
    }
    ObjectNode rendered = Json.object();
    for (var entry : Given.key("args", arguments.args).properties()) {
      rendered.set(node.render(entry.getKey()), render(entry.getValue(), node));
    }
    for (var entry : rendered.properties()) {
      node.putArg(entry.getKey(), entry.getValue(), arguments.extendArgs);
    }
    node.changed(false);
    node.stdout("args added to cache");
    return new Outcome.Succeeded("type:args, value:" + PythonText.of(rendered));
  }

  /** A node without the argument is left out, even if it had it in an earlier query. */
  private static void keep(ObjectNode known, String node, ObjectNode values) {
    ObjectNode kept = known.withObjectProperty(node);
    kept.setAll(values);
    kept.removeNulls();
    if (kept.isEmpty()) {
      known.remove(node);
    }
  }

  private static Outcome keepAnswers(ObjectNode args, NodeContext node) throws JobException {
    ObjectNode known =
        node.args().get(CacheTag.QUERY_ARG) instanceof ObjectNode before
            ? before.deepCopy()
            : Json.object();
    for (var answers : args.path(CacheTag.QUERY_ARG).properties()) {
      if (answers.getValue() instanceof ObjectNode values) {
        keep(known, answers.getKey(), values);
      }
    }
    node.putArg(CacheTag.QUERY_ARG, known, false);
    node.changed(false);
    node.stdout("args added to cache");
    return new Outcome.Succeeded("answers of " + known.size() + " nodes");
  }

  /** Every text in the value is a template. */
  private static JsonNode render(JsonNode value, NodeContext node) throws JobException {
    if (value.isString()) {
      return JsonNodeFactory.instance.stringNode(node.render(value.stringValue()));
    }
    if (value.isArray()) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      for (JsonNode element : value) {
        list.add(render(element, node));
      }
      return list;
    }
    if (value.isObject()) {
      ObjectNode map = Json.object();
      for (var entry : value.properties()) {
        map.set(node.render(entry.getKey()), render(entry.getValue(), node));
      }
      return map;
    }
    return value;
  }
}
