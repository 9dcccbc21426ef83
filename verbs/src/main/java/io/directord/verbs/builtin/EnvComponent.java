package io.directord.verbs.builtin;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.EnvironmentVariable;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.Preview;
import io.directord.common.component.PreviewContext;
import io.directord.common.component.ReadableNode;
import io.directord.common.component.Syntax;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.python.PythonLiteral;
import io.directord.common.python.PythonText;
import io.directord.common.validation.Quoted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** ENV: keeps an environment variable on the node, for commands. */
public final class EnvComponent extends BuiltIn<EnvComponent.Arguments> {
  private static final Syntax<Arguments> SYNTAX =
      new Syntax<Arguments>(
              "Keeps an environment variable on the node, for the commands of later jobs.",
              "ENV: http_proxy http://proxy.example:3128")
          .word("KEY", "Its name.", (arguments, word) -> arguments.key = name(word))
          .rest(
              "VALUE",
              "All that follows; quotes around the whole are taken off.",
              (arguments, text) -> put(arguments, value(text.strip())));

  /** The arguments as they travel in the job, and the key until the value is read. */
  public static final class Arguments {
    @JsonIgnore public String key;

    public Map<String, String> envs = new LinkedHashMap<>();
  }

  public EnvComponent() {
    super("ENV", Arguments::new, SYNTAX);
  }

  @Override
  public boolean cacheable() {
    return false;
  }

  @Override
  public String lock() {
    return ArgComponent.LOCK;
  }

  private static String name(String word) throws PlanException {
    if (word.isEmpty() || word.indexOf('=') >= 0) {
      throw new PlanException("a name without = is expected, not " + Quoted.of(word));
    }
    return word;
  }

  private static void put(Arguments arguments, String value) throws PlanException {
    Optional<String> error = EnvironmentVariable.validationError(arguments.key, value);
    if (error.isPresent()) {
      throw new PlanException(error.get());
    }
    arguments.envs.put(arguments.key, value);
  }

  private static String value(String text) {
    return PythonLiteral.text(text).orElse(text);
  }

  @Override
  public void validate(Arguments arguments, ArgumentErrors errors) {
    if (!errors.given(
        "envs", arguments.envs, "an object is needed, such as {\"NAME\": \"value\"}")) {
      return;
    }
    errors.require(!arguments.envs.isEmpty(), "envs", "a name and its value are needed");
    for (var entry : arguments.envs.entrySet()) {
      EnvironmentVariable.validationError(entry.getKey(), entry.getValue())
          .ifPresent(message -> errors.add("envs", message));
    }
  }

  private static ObjectNode rendered(Arguments arguments, ReadableNode node) throws JobException {
    ObjectNode rendered = Json.object();
    Map<String, String> all = new HashMap<>(node.envs());
    for (var entry : Given.key("envs", arguments.envs).entrySet()) {
      rendered.put(
          node.render(entry.getKey()),
          node.render(Given.key("value of " + entry.getKey(), entry.getValue())));
    }
    for (var entry : rendered.properties()) {
      refuse(EnvironmentVariable.validationError(entry.getKey(), entry.getValue().stringValue()));
      all.put(entry.getKey(), entry.getValue().stringValue());
    }
    refuse(EnvironmentVariable.validationError(all));
    return rendered;
  }

  @Override
  public Preview preview(Arguments arguments, PreviewContext node) throws JobException {
    List<Preview> parts = new ArrayList<>();
    for (var entry : rendered(arguments, node).properties()) {
      parts.add(node.putEnv(entry.getKey(), entry.getValue().stringValue()));
    }
    return Preview.all(parts);
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node) throws JobException {
    ObjectNode rendered = rendered(arguments, node);
    for (var entry : rendered.properties()) {
      node.putEnv(entry.getKey(), entry.getValue().stringValue());
    }
    node.changed(false);
    node.stdout("envs added to cache");
    return new Outcome.Succeeded("type:envs, value:" + PythonText.of(rendered));
  }

  /** Such a variable would make every later command of the node fail. */
  private static void refuse(Optional<String> error) throws JobException {
    if (error.isPresent()) {
      throw new JobException(error.get());
    }
  }
}
