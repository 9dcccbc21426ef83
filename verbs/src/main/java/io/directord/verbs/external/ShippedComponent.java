package io.directord.verbs.external;

import io.directord.common.component.Component;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.Preview;
import io.directord.common.component.PreviewContext;
import io.directord.common.component.SourceFile;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** The node half of a user-defined verb, as one job brings it. */
public final class ShippedComponent implements Component<ObjectNode> {
  private final String verb;
  private final Facts facts;
  private final Shipments shipments;

  /**
   * @param verb upper case
   * @param facts what the job says of it
   * @param shipments where the node keeps what jobs bring
   */
  public ShippedComponent(String verb, Facts facts, Shipments shipments) {
    this.verb = verb;
    this.facts = facts;
    this.shipments = shipments;
  }

  @Override
  public String verb() {
    return verb;
  }

  @Override
  public ObjectNode newArguments() {
    return Json.object();
  }

  @Override
  public ObjectNode read(ObjectNode arguments) {
    return arguments;
  }

  @Override
  public boolean cacheable() {
    return facts.cacheable();
  }

  @Override
  public String lock() {
    return facts.lock();
  }

  @Override
  public String leaves() {
    return facts.keeps();
  }

  /** The script is only run if its definition says that it does nothing then. */
  @Override
  public Preview preview(ObjectNode arguments, PreviewContext node)
      throws JobException, InterruptedException {
    return facts.preview()
        ? new ScriptPreview(verb).of(arguments, node)
        : Preview.unknown(verb + " does not say what it would do");
  }

  @Override
  public Outcome run(ObjectNode arguments, NodeContext node)
      throws JobException, InterruptedException {
    List<SourceFile> files = SourceFile.in(node.job());
    try (Shipments.Shipment shipment = shipments.take(verb, files, node)) {
      ScriptInput input = ScriptInput.of(shipment.definition(), arguments, node);
      int status;
      UUID job = node.job().id();
      try (Shipments.Paper paper = shipment.paper(job, ".json", input.json(node));
          Shipments.Paper changed = shipment.paper(job, ".changed", new byte[0])) {
        Map<String, String> variables = input.variables();
        variables.put("DIRECTORD_COMPONENT", shipment.directory().toString());
        variables.put("DIRECTORD_ARGUMENTS", paper.file().toString());
        variables.put("DIRECTORD_CHANGED", changed.file().toString());
        // Also if an ENV says otherwise.
        variables.put(ScriptPreview.VARIABLE, "");
        status = node.shell(shipment.command(), variables);
        tellChanged(changed.word(), node);
      }
      if (status != 0) {
        return new Outcome.Failed(Outcome.Reason.ERROR, "exit status " + status + ": " + verb);
      }
      if (facts.keeps() != null) {
        node.putArg(facts.keeps(), value(node.output()), false);
      }
      return new Outcome.Succeeded(verb);
    } catch (IOException e) {
      throw new JobException(
          "this node cannot keep the definition of " + verb + ": " + IoErrors.sayWhere(e), e);
    }
  }

  /** What a script says that knows whether it has changed anything. */
  private static void tellChanged(String said, NodeContext node) {
    switch (said) {
      case "" -> {}
      case "true", "false" -> node.changed(Boolean.parseBoolean(said));
      default ->
          node.stderr(
              "DIRECTORD_CHANGED: true or false is expected in that file, not other words\n");
    }
  }

  /** JSON keeps its structure; all else is a text, without the whitespace around it. */
  private static JsonNode value(String output) {
    try {
      JsonNode json = Json.mapper().readTree(output);
      if (json.isContainer()) {
        return json;
      }
    } catch (JacksonException e) {
      // Then it is a text.
      return StringNode.valueOf(output.strip());
    }
    return StringNode.valueOf(output.strip());
  }
}
