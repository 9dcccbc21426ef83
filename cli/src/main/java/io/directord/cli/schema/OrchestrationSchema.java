package io.directord.cli.schema;

import static io.directord.cli.schema.Schemas.anyOf;
import static io.directord.cli.schema.Schemas.closed;
import static io.directord.cli.schema.Schemas.listOf;
import static io.directord.cli.schema.Schemas.of;
import static io.directord.cli.schema.Schemas.properties;

import io.directord.common.component.CommonOptions;
import io.directord.common.component.Component;
import io.directord.common.component.Syntax;
import io.directord.common.json.Json;
import java.util.List;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The schema of orchestrations, with the verbs that are installed. */
public final class OrchestrationSchema {
  private static final String JOB = "job";
  private static final String COMMON = "common";

  /** In the way that {@code common.job.Amount} and {@code Span} have them. */
  private static final String AMOUNT = "^\\s*\\d+\\s*%?\\s*$";

  private static final String SPAN = "^\\s*\\d+(\\.\\d+)?\\s*[smhd]?\\s*$";

  private OrchestrationSchema() {}

  public static ObjectNode schema(List<Component<?>> verbs) {
    ObjectNode schema =
        Schemas.root(
            "directord orchestration",
            "Parents in order, each a list of jobs, which run one after the other on every target.");
    schema.put("type", "array").put("minItems", 1);
    schema.set("items", entry());
    ObjectNode definitions = schema.putObject("definitions");
    addOptions(CommonOptions.SYNTAX, definitions.putObject(COMMON));
    definitions.set(JOB, job(verbs));
    return schema;
  }

  private static ObjectNode entry() {
    ObjectNode entry = closed();
    ObjectNode keys = properties(entry);
    keys.set("name", of("What it is called in tables and lists.", scalar()));
    keys.set("async", of("Do not wait for earlier parents, nor have later ones wait.", truth()));
    keys.set("targets", of("Nodes: names, or expressions; all nodes without it.", targets()));
    keys.set("assign", of("The same as targets.", targets()));
    keys.set("rolling", rolling());
    keys.set("deadline", of("For how long jobs are held for nodes that are away: 12h.", span()));
    ObjectNode jobs = listOf(Json.object().put("$ref", "#/definitions/" + JOB));
    keys.set("jobs", of("Jobs in order; a failure ends the parent on that node.", jobs));
    entry.putArray("required").add("jobs");
    // Both mean the same, so that one is given.
    entry.putObject("not").putArray("required").add("assign").add("targets");
    return entry;
  }

  private static ObjectNode rolling() {
    ObjectNode rolling = closed();
    ObjectNode keys = properties(rolling);
    ObjectNode sizes = listOf(amount()).put("minItems", 1);
    keys.set(
        "batch", of("So many nodes at a time: 2, 10% or [1, 10%, 50%].", anyOf(amount(), sizes)));
    keys.set("max_failures", of("Pause when more nodes than this have failed.", amount()));
    keys.set("quorum", of("Run only if so many of the nodes are connected.", amount()));
    keys.set("wait", of("Time between the end of a node and the next: 30 or 5m.", span()));
    return of("Node by node, or in batches.", rolling);
  }

  private static ObjectNode job(List<Component<?>> verbs) {
    ObjectNode job = closed();
    ObjectNode keys = properties(job);
    ArrayNode one = job.putArray("oneOf");
    ArrayNode vars = job.putArray("allOf");
    for (Component<?> component : verbs) {
      keys.set(component.verb(), text(component));
      one.addObject().putArray("required").add(component.verb());
      ObjectNode rule = vars.addObject();
      rule.putObject("if").putArray("required").add(component.verb());
      rule.putObject("then").putObject("properties").set("vars", vars(component));
    }
    keys.set("name", of("What it is called in tables, and by when-changed.", scalar()));
    keys.set("vars", of("Options of the verb by name, with _ for -.", of("object", "null")));
    keys.set("assign", of("Only on these of the targets.", targets()));
    keys.set(
        "when-changed",
        of(
            "Run only if one of these earlier jobs has changed something.",
            anyOf(scalar(), texts())));
    return job;
  }

  /** The inline form: an option that stands first is one that the verb knows. */
  private static <A> ObjectNode text(Component<A> component) {
    Syntax<A> syntax = component.syntax();
    TreeSet<String> options = new TreeSet<>(CommonOptions.SYNTAX.optionNames());
    options.addAll(syntax.optionNames());
    // Names of options have no character that means something in a pattern.
    String known = String.join("|", options);
    boolean needsText = syntax.operands().stream().anyMatch(Syntax.Operand::required);
    ObjectNode schema =
        needsText ? scalar().put("minLength", 1) : of("string", "number", "boolean", "null");
    return of(description(syntax), schema)
        .put("pattern", "^\\s*((" + known + ")([\\s=]|$)|--(\\s|$)|(?!--))")
        // Known to the YAML language server, which would show the whole pattern otherwise.
        .put(
            "patternErrorMessage",
            "unknown option; " + component.verb() + " knows " + String.join(", ", options));
  }

  private static <A> String description(Syntax<A> syntax) {
    StringBuilder text = new StringBuilder(syntax.description());
    syntax
        .operands()
        .forEach(
            operand ->
                text.append('\n')
                    .append(operand.label())
                    .append(": ")
                    .append(operand.description()));
    syntax.examples().forEach(example -> text.append("\n  ").append(example));
    return text.toString();
  }

  private static <A> ObjectNode vars(Component<A> component) {
    ObjectNode vars = closed();
    vars.putArray("type").add("object").add("null");
    for (String option : CommonOptions.SYNTAX.optionNames()) {
      ObjectNode common = Json.object().put("$ref", "#/definitions/" + COMMON + "/" + key(option));
      properties(vars).set(key(option), common);
    }
    addOptions(component.syntax(), properties(vars));
    return vars;
  }

  private static <A> void addOptions(Syntax<A> syntax, ObjectNode keys) {
    for (Syntax.Option<A> option : syntax.options()) {
      ObjectNode value =
          switch (option.takes()) {
            case NOTHING, TRUTH -> truth();
            case ONE, MAYBE -> of("string", "number", "boolean", "null");
            case MANY, EACH -> anyOf(scalar(), texts());
          };
      keys.set(key(option.name()), of(option.description(), value));
    }
  }

  /** An option as a key in vars. */
  private static String key(String option) {
    return option.substring(2).replace('-', '_');
  }

  private static ObjectNode scalar() {
    return of("string", "number", "boolean");
  }

  private static ObjectNode texts() {
    return listOf(scalar()).put("minItems", 1);
  }

  private static ObjectNode targets() {
    return texts();
  }

  private static ObjectNode truth() {
    return of("boolean", "string", "number", "null");
  }

  private static ObjectNode amount() {
    return of("integer", "string").put("pattern", AMOUNT);
  }

  private static ObjectNode span() {
    return of("number", "string").put("pattern", SPAN);
  }
}
