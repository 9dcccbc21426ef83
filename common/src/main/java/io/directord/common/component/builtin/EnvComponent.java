package io.directord.common.component.builtin;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.directord.common.component.Component;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanContext;
import io.directord.common.component.PlanException;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** ENV: keeps an environment variable on the node, for commands. */
public final class EnvComponent implements Component<EnvComponent.Arguments> {

  /** What an author writes behind ENV. */
  @Command(
      description = "Keeps an environment variable on the node, for the commands of later jobs.",
      footer = {"", "Example:", "  ENV: http_proxy http://proxy.example:3128"})
  public static final class Arguments {
    @JsonIgnore
    @Parameters(index = "0", arity = "1", paramLabel = "KEY", description = "Its name.")
    public String key;

    @JsonIgnore
    @Parameters(
        index = "1..*",
        arity = "1",
        paramLabel = "VALUE",
        description = "All that follows; quotes around the whole are taken off.")
    public String value;

    /** What travels: values by name. */
    public Map<String, String> envs = new LinkedHashMap<>();
  }

  @Override
  public String verb() {
    return "ENV";
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
    return ArgComponent.LOCK;
  }

  @Override
  public ObjectNode plan(Arguments arguments, PlanContext context) throws PlanException {
    checkName(arguments.key);
    String text = arguments.value.strip();
    arguments.envs.put(
        arguments.key,
        PythonLiteral.parse(text)
            .filter(JsonNode::isString)
            .map(JsonNode::stringValue)
            .orElse(text));
    return Json.tree(arguments);
  }

  private static void checkName(String name) throws PlanException {
    if (name.isEmpty() || name.indexOf('=') >= 0) {
      throw new PlanException("ENV: KEY VALUE is expected; a name holds no =, as '" + name + "'");
    }
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node) throws JobException {
    ObjectNode rendered = Json.object();
    for (var entry : Given.key("envs", arguments.envs).entrySet()) {
      rendered.put(
          node.render(entry.getKey()),
          node.render(Given.key("value of " + entry.getKey(), entry.getValue())));
    }
    for (var entry : rendered.properties()) {
      node.putEnv(entry.getKey(), entry.getValue().stringValue());
    }
    node.stdout("envs added to cache");
    return new Outcome.Succeeded("type:envs, value:" + PythonText.of(rendered));
  }
}
