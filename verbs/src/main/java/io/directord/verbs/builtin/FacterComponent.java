package io.directord.verbs.builtin;

import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.Preview;
import io.directord.common.component.PreviewContext;
import io.directord.common.component.Syntax;
import io.directord.common.component.Values;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** FACTER: keeps the output of facter as an argument. */
public final class FacterComponent extends BuiltIn<FacterComponent.Arguments> {
  private static final String ARG = "facter";
  private static final int NOT_FOUND = 127;

  private static final Syntax<Arguments> SYNTAX =
      new Syntax<Arguments>(
              "Runs facter on the node, and keeps its facts as argument facter.",
              "FACTER: --external-dir /etc/facts.d",
              "RUN: echo {{ facter.os.family }}")
          .option(
              "--custom-dir",
              "DIRECTORY",
              "Where custom facts are, on the node.",
              (arguments, text) -> arguments.customDir = Values.text(text))
          .option(
              "--external-dir",
              "DIRECTORY",
              "Where external facts are, on the node.",
              (arguments, text) -> arguments.externalDir = Values.text(text));

  /** The arguments as they travel in the job. */
  public static final class Arguments {
    public String customDir;

    public String externalDir;
  }

  public FacterComponent() {
    super("FACTER", Arguments::new, SYNTAX);
  }

  @Override
  public String leaves() {
    return ARG;
  }

  @Override
  public Preview preview(Arguments arguments, PreviewContext node)
      throws JobException, InterruptedException {
    if (!node.ask("command -v facter").ok()) {
      throw new JobException("Facter is not installed!");
    }
    node.wouldSet(ARG);
    return Preview.unknown("would keep as argument " + ARG + " what facter says");
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node)
      throws JobException, InterruptedException {
    String command =
        "facter --json"
            + option(" --custom-dir ", arguments.customDir, node)
            + option(" --external-dir ", arguments.externalDir, node);
    int status = node.shell(command);
    if (status == NOT_FOUND) {
      throw new JobException("Facter is not installed!");
    }
    node.putArg(ARG, facts(node.output(), status), false);
    // The command changes nothing.
    node.changed(false);
    // facter ends with another status if some facts could not be found; the others are valid.
    return new Outcome.Succeeded(
        status == 0 ? command : command + ": exit status " + status + ", see standard error");
  }

  private static String option(String name, String value, NodeContext node) throws JobException {
    return value == null ? "" : name + ShellWords.quoted(node.render(value));
  }

  private static JsonNode facts(String json, int status) throws JobException {
    String message = "exit status " + status;
    try {
      if (Json.mapper().readTree(json) instanceof ObjectNode facts && !facts.isEmpty()) {
        return facts;
      }
    } catch (JacksonException e) {
      message += ", " + e.getOriginalMessage();
    }
    throw new JobException("Facter returned invalid JSON! " + message);
  }
}
