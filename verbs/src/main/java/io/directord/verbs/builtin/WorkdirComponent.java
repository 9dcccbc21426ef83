package io.directord.verbs.builtin;

import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.Preview;
import io.directord.common.component.PreviewContext;
import io.directord.common.component.Syntax;
import io.directord.common.job.Outcome;
import java.nio.file.Path;

/** WORKDIR: makes a directory. */
public final class WorkdirComponent extends BuiltIn<WorkdirComponent.Arguments> {
  private static final Syntax<Arguments> SYNTAX =
      OwnedArguments.options(
              new Syntax<Arguments>(
                  "Makes a directory and its parents, if they are not there.",
                  "WORKDIR: --chown app:app --chmod 0750 /var/lib/app"))
          .word(
              "PATH",
              "The directory.",
              (arguments, word) -> arguments.workdir = Destinations.checked(word));

  /** The arguments as they travel in the job. */
  public static final class Arguments extends OwnedArguments {
    public String workdir;
  }

  public WorkdirComponent() {
    super("WORKDIR", Arguments::new, SYNTAX);
  }

  @Override
  public void validate(Arguments arguments, ArgumentErrors errors) {
    arguments.validateMode(errors);
    Destinations.validate("workdir", arguments.workdir, errors);
  }

  @Override
  public Preview preview(Arguments arguments, PreviewContext node) throws JobException {
    Path directory = Destinations.render(Given.key("workdir", arguments.workdir), node);
    return node.makeDirectory(directory, arguments.ownership(node));
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node) throws JobException {
    Path directory = Destinations.render(Given.key("workdir", arguments.workdir), node);
    node.makeDirectory(directory, arguments.ownership(node));
    node.stdout("Directory " + directory + " OK");
    node.changed(false);
    return Outcome.Succeeded.FINISHED;
  }
}
