package io.directord.common.component.builtin;

import io.directord.common.component.Component;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.job.Outcome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** ECHO: answers its text. The model of a simple verb. */
public final class EchoComponent implements Component<EchoComponent.Arguments> {

  /** What an author writes behind ECHO. */
  @Command(
      description = "Answers the text, with templates rendered.",
      footer = {"", "Example:", "  ECHO: the release here is {{ release }}"})
  public static final class Arguments {
    @Parameters(index = "0..*", arity = "0..1", paramLabel = "TEXT", description = "The answer.")
    public String echo = "";
  }

  @Override
  public String verb() {
    return "ECHO";
  }

  @Override
  public Arguments newArguments() {
    return new Arguments();
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node) throws JobException {
    node.stdout(node.render(Given.key("echo", arguments.echo)));
    return Outcome.Succeeded.FINISHED;
  }
}
