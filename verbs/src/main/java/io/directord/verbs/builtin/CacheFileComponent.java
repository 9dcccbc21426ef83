package io.directord.verbs.builtin;

import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.Preview;
import io.directord.common.component.PreviewContext;
import io.directord.common.component.Syntax;
import io.directord.common.component.UnknownValueException;
import io.directord.common.job.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** CACHEFILE: loads a JSON or YAML file on the node into arguments. */
public final class CacheFileComponent extends BuiltIn<CacheFileComponent.Arguments> {
  private static final Syntax<Arguments> SYNTAX =
      new Syntax<Arguments>(
              "Loads a JSON or YAML file that is on the node into its arguments: every key of the"
                  + " file becomes one. Lists extend those that are there, maps are merged with"
                  + " them.",
              "CACHEFILE: /etc/app/arguments.yaml")
          .word(
              "PATH",
              "Absolute path of the file on the node.",
              (arguments, word) -> arguments.cachefile = Destinations.checked(word));

  /** The arguments as they travel in the job. */
  public static final class Arguments {
    public String cachefile;
  }

  public CacheFileComponent() {
    super("CACHEFILE", Arguments::new, SYNTAX);
  }

  @Override
  public boolean cacheable() {
    return false;
  }

  @Override
  public String lock() {
    return "cachefile";
  }

  @Override
  public void validate(Arguments arguments, ArgumentErrors errors) {
    Destinations.validate("cachefile", arguments.cachefile, errors);
  }

  @Override
  public Preview preview(Arguments arguments, PreviewContext node)
      throws JobException, InterruptedException {
    try {
      Path file = Destinations.render(Given.key("cachefile", arguments.cachefile), node);
      List<Preview> parts = new ArrayList<>();
      for (var entry : YamlMap.of(file, node.read(file, YamlMap.MAX_BYTES)).properties()) {
        parts.add(node.putArg(entry.getKey(), entry.getValue(), true));
      }
      return Preview.all(parts);
    } catch (UnknownValueException e) {
      node.wouldSetAny();
      throw e;
    }
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node)
      throws JobException, InterruptedException {
    Path file = Destinations.render(Given.key("cachefile", arguments.cachefile), node);
    ObjectNode values = YamlMap.of(file, node.read(file, YamlMap.MAX_BYTES));
    for (var entry : values.properties()) {
      node.putArg(entry.getKey(), entry.getValue(), true);
    }
    node.changed(false);
    node.stdout("Cache file loaded");
    return new Outcome.Succeeded(values.size() + " arguments of " + file);
  }
}
