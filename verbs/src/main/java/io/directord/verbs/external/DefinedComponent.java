package io.directord.verbs.external;

import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.Component;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.SourceFile;
import io.directord.common.component.Syntax;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.validation.Nearest;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The planning half of a user-defined verb, made of its definition. The job that it plans carries
 * the arguments under their names, the files that make up the verb, and its {@link Facts}; so its
 * fingerprint changes with the definition.
 */
final class DefinedComponent implements Component<ObjectNode> {
  /** Keys that jobs of any verb may have beside their arguments, those of the original included. */
  private static final Set<String> OF_EVERY_VERB =
      Set.of(Facts.KEY, SourceFile.KEY, Job.BYPASS, "extend_args");

  private final Definition definition;
  private final List<SourceFile> files;
  private final Syntax<ObjectNode> syntax;

  /**
   * @param files the definition first; each says where it goes in the verb's directory on a node
   */
  DefinedComponent(Definition definition, List<SourceFile> files) {
    this.definition = definition;
    this.files = List.copyOf(files);
    this.syntax = syntax(definition);
  }

  private static Syntax<ObjectNode> syntax(Definition definition) {
    Syntax<ObjectNode> syntax =
        new Syntax<>(definition.description(), definition.examples().toArray(String[]::new));
    definition.options().forEach(option -> addOption(syntax, option));
    definition.operands().forEach(operand -> addOperand(syntax, operand));
    return syntax;
  }

  private static void addOption(Syntax<ObjectNode> syntax, Parameter option) {
    String help = option.fullHelp();
    switch (option.type()) {
      case FLAG -> syntax.flag(option.option(), help, (given, on) -> given.put(option.name(), on));
      case LIST -> syntax.many(option.option(), option.label(), help, element(option));
      default -> syntax.option(option.option(), option.label(), help, value(option));
    }
  }

  private static void addOperand(Syntax<ObjectNode> syntax, Parameter operand) {
    String label = operand.operand();
    String help = operand.fullHelp();
    boolean required = operand.required();
    switch (operand.type()) {
      case LIST -> {
        if (required) {
          syntax.words(label, help, element(operand));
        } else {
          syntax.optionalWords(label, help, element(operand));
        }
      }
      case REST, JSON -> {
        if (required) {
          syntax.rest(label, help, value(operand));
        } else {
          syntax.optionalRest(label, help, value(operand));
        }
      }
      default -> {
        if (required) {
          syntax.word(label, help, value(operand));
        } else {
          syntax.optionalWord(label, help, value(operand));
        }
      }
    }
  }

  private static Syntax.Setter<ObjectNode> value(Parameter parameter) {
    return (given, text) -> given.set(parameter.name(), parameter.read(text));
  }

  private static Syntax.Setter<ObjectNode> element(Parameter parameter) {
    return (given, text) -> given.withArray(parameter.name()).add(parameter.read(text));
  }

  @Override
  public String verb() {
    return definition.verb();
  }

  @Override
  public ObjectNode newArguments() {
    return Json.object();
  }

  @Override
  public Syntax<ObjectNode> syntax() {
    return syntax;
  }

  @Override
  public boolean cacheable() {
    return definition.facts().cacheable();
  }

  @Override
  public String lock() {
    return definition.facts().lock();
  }

  @Override
  public String leaves() {
    return definition.facts().keeps();
  }

  @Override
  public ObjectNode read(ObjectNode arguments) {
    return arguments;
  }

  /** Unlike a planned job, one written as JSON may have values of JSON's types. */
  @Override
  public ObjectNode complete(ObjectNode written) throws PlanException {
    if (Facts.of(written) != null) {
      return written;
    }
    ArgumentErrors errors = new ArgumentErrors();
    noteUnknown(written, errors);
    ObjectNode given = Json.object();
    for (Parameter parameter : definition.parameters()) {
      JsonNode value = written.get(parameter.name());
      if (value != null && !value.isNull()) {
        errors.check(parameter.name(), () -> given.set(parameter.name(), parameter.read(value)));
      } else if (parameter.required()) {
        errors.add(parameter.name(), verb() + " needs it");
      }
    }
    errors.finish();
    ObjectNode out = planned(given);
    if (written.has(Job.BYPASS)) {
      out.set(Job.BYPASS, written.get(Job.BYPASS));
    }
    return out;
  }

  /** Whether the job brings this definition, and arguments that it allows. */
  boolean isBroughtBy(Job job) {
    ObjectNode arguments = job.arguments().deepCopy();
    Facts brought = Facts.of(arguments);
    arguments.remove(List.of(Facts.KEY, SourceFile.KEY));
    try {
      complete(arguments);
    } catch (PlanException e) {
      return false;
    }
    return definition.facts().equals(brought)
        && withoutPaths(files).equals(withoutPaths(SourceFile.in(job)));
  }

  private static Set<SourceFile> withoutPaths(List<SourceFile> files) {
    return files.stream()
        .map(file -> new SourceFile("", file.sha256(), file.size(), file.to()))
        .collect(Collectors.toSet());
  }

  private void noteUnknown(ObjectNode written, ArgumentErrors errors) {
    List<String> names = definition.parameters().stream().map(Parameter::name).sorted().toList();
    for (String key : written.propertyNames()) {
      if (!names.contains(key) && !OF_EVERY_VERB.contains(key)) {
        errors.add(
            key,
            "unknown key of "
                + verb()
                + Nearest.hint(key, names)
                + "; it knows "
                + JobJson.known(names));
      }
    }
  }

  @Override
  public ObjectNode plan(ObjectNode given, PlanContext context) throws PlanException {
    ArgumentErrors errors = new ArgumentErrors();
    for (Parameter parameter : definition.parameters()) {
      if (parameter.required() && !given.has(parameter.name())) {
        errors.add(verb() + " needs " + parameter.option());
      }
    }
    errors.finish();
    return planned(given);
  }

  private ObjectNode planned(ObjectNode given) {
    ObjectNode out = Json.object();
    for (Parameter parameter : definition.parameters()) {
      JsonNode value = given.get(parameter.name());
      out.set(parameter.name(), value == null ? initial(parameter) : value);
    }
    out.set(SourceFile.KEY, Json.tree(files));
    out.set(Facts.KEY, Json.tree(definition.facts()));
    return out;
  }

  private static JsonNode initial(Parameter parameter) {
    return parameter.type() == ParameterType.LIST && parameter.initial().isNull()
        ? JsonNodeFactory.instance.arrayNode()
        : parameter.initial();
  }

  @Override
  public Outcome run(ObjectNode arguments, NodeContext node) throws JobException {
    throw new JobException(
        Outcome.Reason.REFUSED, "the job of the user-defined verb " + verb() + " must bring it");
  }
}
