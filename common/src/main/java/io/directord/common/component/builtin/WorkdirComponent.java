package io.directord.common.component.builtin;

import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.Syntax;
import io.directord.common.job.Outcome;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** WORKDIR: makes a folder. */
public final class WorkdirComponent extends BuiltIn<WorkdirComponent.Arguments> {
  private static final Syntax<Arguments> SYNTAX =
      OwnedArguments.options(
              new Syntax<Arguments>(
                  "Makes a folder and its parents, if they are not there.",
                  "WORKDIR: --chown app:app --chmod 0750 /var/lib/app"))
          .word(
              "PATH",
              "The folder.",
              (arguments, word) -> arguments.workdir = Destinations.checked(word));

  /** What travels in the job. */
  public static final class Arguments extends OwnedArguments {
    public String workdir;
  }

  public WorkdirComponent() {
    super("WORKDIR", Arguments::new, SYNTAX);
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node) throws JobException {
    Path folder = Destinations.render(Given.key("workdir", arguments.workdir), node);
    try {
      Files.createDirectories(folder);
      node.own(folder, arguments.ownership(node));
    } catch (FileAlreadyExistsException e) {
      throw new JobException(e.getFile() + " exists and is no folder", e);
    } catch (IOException e) {
      throw new JobException("cannot make the folder " + folder + ": " + e, e);
    }
    node.stdout("Directory " + folder + " OK");
    return Outcome.Succeeded.FINISHED;
  }
}
