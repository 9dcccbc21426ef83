package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.options.Spec;
import io.directord.cli.output.OutputFormat;
import io.directord.cli.output.Structured;
import io.directord.cli.schema.CatalogSchema;
import io.directord.cli.schema.ConfigSchema;
import io.directord.cli.schema.OrchestrationSchema;
import io.directord.common.component.Component;
import io.directord.common.component.PlanException;
import io.directord.common.config.Settings;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import io.directord.verbs.Components;
import io.directord.verbs.external.ComponentDirectories;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Prints the JSON Schema of files that people write, for their editors. */
final class SchemaMode implements Mode {
  private static final String ORCHESTRATION = "orchestration";
  static final List<String> KINDS = List.of(ORCHESTRATION, "config", "catalog");

  private final List<String> words = new ArrayList<>();

  @Override
  public Spec spec() {
    return Spec.of("schema", this)
        .usage(
            "directord schema [KIND]",
            "Prints a JSON Schema, with which editors complete and check what is written:"
                + " orchestrations, with the verbs that are installed here, yours too; the"
                + " configuration file; or catalogs.")
        .operands("KIND", "orchestration, config or catalog. Default: orchestration.", words::add)
        .examples(
            "  directord schema > orchestration.json",
            "  directord schema config > config.json",
            "and in the first line of an orchestration beside the first of them:",
            "  # yaml-language-server: $schema=orchestration.json");
  }

  @Override
  public int run(Settings settings, Console console) throws Failure {
    String kind = words.isEmpty() ? ORCHESTRATION : String.join(" ", words);
    ObjectNode schema =
        switch (kind) {
          case ORCHESTRATION -> OrchestrationSchema.schema(verbs(settings, console));
          case "config" -> ConfigSchema.schema();
          case "catalog" -> CatalogSchema.schema();
          default ->
              throw Failure.usage(
                  "schema: one of "
                      + String.join(", ", KINDS)
                      + " is expected, not "
                      + Quoted.of(kind)
                      + Nearest.hint(kind, KINDS));
        };
    console.out().print(Structured.text(schema, OutputFormat.JSON));
    return ExitStatus.OK;
  }

  /** A verb whose definition is wrong is told, and left out. */
  private static List<Component<?>> verbs(Settings settings, Console console) {
    Components installed = Components.installed(ComponentDirectories.of(settings));
    List<Component<?>> verbs = new ArrayList<>();
    for (String verb : installed.verbs()) {
      try {
        verbs.add(installed.find(verb));
      } catch (PlanException e) {
        console.error("directord: " + verb + " is left out: " + e.getMessage());
      }
    }
    return verbs;
  }
}
