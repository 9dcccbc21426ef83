package io.directord.common.component.builtin;

import io.directord.common.component.Component;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanContext;
import io.directord.common.component.PlanException;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** WORKDIR: makes a folder. */
public final class WorkdirComponent implements Component<WorkdirComponent.Arguments> {

  /** What an author writes behind WORKDIR. */
  @Command(
      description = "Makes a folder and its parents, if they are not there.",
      footer = {"", "Example:", "  WORKDIR: --chown app:app --chmod 0750 /var/lib/app"})
  public static final class Arguments extends OwnedArguments {
    @Parameters(index = "0", arity = "1", paramLabel = "PATH", description = "The folder.")
    public String workdir;
  }

  @Override
  public String verb() {
    return "WORKDIR";
  }

  @Override
  public Arguments newArguments() {
    return new Arguments();
  }

  @Override
  public ObjectNode plan(Arguments arguments, PlanContext context) throws PlanException {
    arguments.planOwnership(verb());
    Destinations.check(verb(), "PATH", arguments.workdir);
    return Json.tree(arguments);
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
