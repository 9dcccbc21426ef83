package io.directord.common.component.builtin;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.component.Component;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanContext;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** ARG: keeps an argument on the node, for templates. */
public final class ArgComponent implements Component<ArgComponent.Arguments> {

  /** ARG and ENV never run at the same time on a node. */
  static final String LOCK = "arg";

  /** What an author writes behind ARG. */
  @Command(
      description = "Keeps an argument on the node, for {{ KEY }} in later jobs.",
      footer = {
        "",
        "Examples:",
        "  ARG: release 2.4",
        "  ARG: --extend-args packages ['nginx', 'curl']"
      })
  public static final class Arguments {
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    @Option(
        names = "--extend-args",
        description = "Extend the list, or merge the map, that is there.")
    public boolean extendArgs;

    @JsonIgnore
    @Parameters(index = "0", arity = "1", paramLabel = "KEY", description = "Its name.")
    public String key;

    @JsonIgnore
    @Parameters(
        index = "1..*",
        arity = "1",
        paramLabel = "VALUE",
        description =
            "All that follows: a Python literal such as 1, True, ['a'] or {'a': 'b'}, else a"
                + " text.")
    public String value;

    /** What travels: values by name. */
    public ObjectNode args = Json.object();
  }

  @Override
  public String verb() {
    return "ARG";
  }

  @Override
  public Arguments newArguments() {
    return new Arguments();
  }

  @Override
  public boolean cacheable() {
    return false;
  }

  @Override
  public String lock() {
    return LOCK;
  }

  @Override
  public ObjectNode plan(Arguments arguments, PlanContext context) {
    String text = arguments.value.strip();
    arguments.args.set(
        arguments.key,
        PythonLiteral.parse(text).orElseGet(() -> JsonNodeFactory.instance.stringNode(text)));
    return Json.tree(arguments);
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node) throws JobException {
    ObjectNode rendered = Json.object();
    for (var entry : Given.key("args", arguments.args).properties()) {
      rendered.set(node.render(entry.getKey()), render(entry.getValue(), node));
    }
    for (var entry : rendered.properties()) {
      node.putArg(entry.getKey(), entry.getValue(), arguments.extendArgs);
    }
    node.stdout("args added to cache");
    return new Outcome.Succeeded("type:args, value:" + PythonText.of(rendered));
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
