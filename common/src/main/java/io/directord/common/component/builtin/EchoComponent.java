package io.directord.common.component.builtin;

import io.directord.common.component.Component;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.Syntax;
import io.directord.common.job.Outcome;

/** ECHO: answers its text. The model of a simple verb. */
public final class EchoComponent implements Component<EchoComponent.Arguments> {
  private static final Syntax<Arguments> SYNTAX =
      new Syntax<Arguments>(
              "Answers the text, with templates rendered.", "ECHO: the release is {{ release }}")
          .optionalRest("TEXT", "The answer.", (arguments, text) -> arguments.echo = text);

  /** What travels in the job. */
  public static final class Arguments {
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
  public Syntax<Arguments> syntax() {
    return SYNTAX;
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node) throws JobException {
    node.stdout(node.render(Given.key("echo", arguments.echo)));
    return Outcome.Succeeded.FINISHED;
  }
}
