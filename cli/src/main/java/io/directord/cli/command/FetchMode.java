package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.context.Servers;
import io.directord.cli.options.Spec;
import io.directord.cli.output.OutputFormat;
import io.directord.common.api.ApiException;
import io.directord.common.api.Bodies;
import io.directord.common.api.FetchedFrom;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.Settings;
import io.directord.common.fetch.ByteSize;
import io.directord.common.job.ParentOptions;
import io.directord.common.orchestration.InvalidOrchestrationException;
import io.directord.common.orchestration.Orchestration;
import io.directord.common.orchestration.Plan;
import io.directord.common.orchestration.PlanOptions;
import io.directord.common.orchestration.Planner;
import io.directord.common.validation.ErrorCode;
import io.directord.verbs.Components;
import io.directord.verbs.builtin.FetchComponent;
import io.directord.verbs.external.ComponentDirectories;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Brings files from nodes to where the operator stands. */
final class FetchMode implements Mode {
  private static final int MAX_NAMES = 20;
  private final TargetOptions targets = new TargetOptions();
  private final List<String> words = new ArrayList<>();
  private final FollowOptions follow = new FollowOptions();
  private String job;
  private boolean drops;
  private String tail;
  private String maxSize;

  @Override
  public Spec spec() {
    Spec spec =
        Spec.of("fetch", this)
            .usage(
                "directord fetch [--target EXPR...] [options] PATH... DEST%n"
                    + "       directord fetch --job ID DEST%n"
                    + "       directord fetch --job ID --drop",
                "Brings files and directories from nodes to DEST/NODE/PATH.")
            .words(
                "PATH... DEST",
                "Absolute paths on the nodes, or patterns of * ? and [ ]; then the local directory."
                    + " In DEST, {node} stands for the node's name, {job} for the id of the job and"
                    + " {date} for today; without {node} each node gets a directory of its name in"
                    + " DEST.",
                words::add);
    targets.addTo(spec);
    return spec.option(
            "--tail", "SIZE", "Only the end of each file, such as 64K or 1M.", t -> tail = t)
        .option(
            "--max-size",
            "SIZE",
            "Fail on a node instead of bringing more from it; by default 1G.",
            size -> maxSize = size)
        .option(
            "--job",
            "ID",
            "Download what this job has brought, instead of running one.",
            id -> job = id)
        .flag(
            "--drop",
            "Remove from the server what the job of --job has brought, instead of downloading it.",
            given -> drops = given)
        .number(
            "--wait-timeout",
            "SECONDS",
            "Give up waiting after so long, with exit status 4; the job goes on.",
            given -> follow.waitTimeout = given)
        .flag(
            "--strict",
            "End with status 1 also if a node was left out, or it left out links, FIFOs and the"
                + " like.",
            given -> follow.strict = given)
        .choice(
            "--output",
            "FORMAT",
            OutputFormat.class,
            "table, json, yaml or jsonl; json and yaml print one document at the end, with each"
                + " file; jsonl a line for each file and result as it comes.",
            given -> follow.format = given)
        .examples(
            "  directord fetch --target web-1 web-2 /var/log/app.log ./logs/",
            "  directord fetch --tail 1M '/var/log/app/*.log' ./logs/",
            "  directord fetch /etc/app './etc-{node}/'",
            "  directord fetch /etc/app './backup/{date}/'",
            "  directord fetch --output jsonl /etc/hostname ./names/",
            "  directord fetch --job last ./logs/",
            "  directord fetch --job last --drop");
  }

  @Override
  public int run(Settings settings, Console console)
      throws Failure, IOException, InterruptedException {
    follow.wait = true;
    follow.validate(console);
    if (drops && job == null) {
      throw Failure.usage("fetch: --drop goes with --job");
    }
    if (drops && follow.format != OutputFormat.TABLE) {
      throw Failure.usage("fetch: --output goes not with --drop");
    }
    if (job != null) {
      return downloadOf(settings, console);
    }
    words.addAll(0, targets.takePaths());
    if (words.stream().anyMatch(String::isBlank)) {
      throw Failure.usage("fetch: a word is empty; is a variable not set?");
    }
    if (words.size() < 2) {
      throw Failure.usage("fetch: PATH... and DEST are expected" + takenAsTargets());
    }
    FetchDest dest = new FetchDest(words.get(words.size() - 1));
    Plan plan;
    try {
      plan = plan(settings);
    } catch (InvalidOrchestrationException e) {
      return ErrorList.tell(ErrorCode.INVALID_JOBS, e.errors(), console);
    }
    UUID id = plan.jobs().get(0).id();
    ServerConnection server =
        new ServerConnection(Servers.of(settings), new BusyServer(console::error));
    FetchOutput output = new FetchOutput(id, follow.format, console.out());
    follow.summary = output.isForPeople() ? null : output::ran;
    try (Downloads downloads = new Downloads(server, id, dest, output, console)) {
      downloads.begin();
      follow.transfer = downloads::transferText;
      follow.rest = "directord fetch --job " + id + " " + shown(words.get(words.size() - 1));
      return printed(
          downloads,
          output,
          () -> {
            int status;
            try {
              status = new PlanSubmission(settings, console, follow).run(plan, targets.limit());
            } catch (Failure | IOException e) {
              downloads.giveUp();
              throw e;
            }
            int downloaded = downloads.finish();
            return status == ExitStatus.OK ? strictly(downloaded, downloads, console) : status;
          });
    }
  }

  private interface Work {
    int run() throws Failure, IOException, InterruptedException;
  }

  /** Does the work, and prints for programs what came of it, also if it fails on the way. */
  private static int printed(Downloads downloads, FetchOutput output, Work work)
      throws Failure, IOException, InterruptedException {
    int status = ExitStatus.FAILED;
    try {
      status = work.run();
      return status;
    } catch (Failure e) {
      status = e.code().exitStatus();
      throw e;
    } catch (IOException e) {
      status = Directord.code(e).exitStatus();
      throw e;
    } finally {
      if (output.hasRun()) {
        output.end(downloads.totals(), downloads::view, status);
      }
    }
  }

  private int strictly(int status, Downloads downloads, Console console) {
    return status == ExitStatus.OK && follow.strict && downloads.leftOut()
        ? console.fail(
            ErrorCode.NOT_COMPLETE, "directord: --strict: not all was brought, see above")
        : status;
  }

  private String takenAsTargets() {
    return targets.areGiven()
        ? "; "
            + targets.took()
            + ", every word up to the next option or to one that begins with a slash, as paths on"
            + " nodes do"
        : "";
  }

  private Plan plan(Settings settings) throws Failure, InvalidOrchestrationException {
    StringBuilder text = new StringBuilder();
    if (tail != null) {
      text.append("--tail ").append(quoted(tail)).append(' ');
    }
    if (maxSize != null) {
      text.append("--max-size ").append(quoted(maxSize)).append(' ');
    }
    for (String path : words.subList(0, words.size() - 1)) {
      text.append(quoted(path)).append(' ');
    }
    Components components = Components.installed(ComponentDirectories.of(settings));
    return new Planner(components, Path.of("").toAbsolutePath())
        .plan(
            Orchestration.ofOne(FetchComponent.VERB, text.toString()),
            new PlanOptions(
                targets.targets(),
                Set.of(),
                false,
                false,
                false,
                follow.dryRun(),
                ParentOptions.NONE));
  }

  /** The word as it is typed in a shell, in quotes if it needs them. */
  private static String shown(String word) {
    return word.matches("[\\w@%+=:,./-]+") ? word : quoted(word);
  }

  /** The word in quotes, as both the planner and a shell read them. */
  private static String quoted(String word) {
    return "'" + word.replace("'", "'\"'\"'") + "'";
  }

  private int downloadOf(Settings settings, Console console)
      throws Failure, IOException, InterruptedException {
    if (words.size() != (drops ? 0 : 1) || targets.areGiven() || tail != null || maxSize != null) {
      throw Failure.usage("fetch: --job goes with DEST alone, or with --drop alone");
    }
    ServerConnection server =
        new ServerConnection(Servers.of(settings), new BusyServer(console::error));
    if (drops) {
      return drop(server, console);
    }
    FetchDest dest = new FetchDest(words.get(0));
    UUID id = fetched(server).jobId();
    FetchOutput output = new FetchOutput(id, follow.format, console.out());
    try (Downloads downloads = new Downloads(server, id, dest, output, console)) {
      return printed(
          downloads,
          output,
          () -> {
            int status = downloads.finish();
            if (!output.isForPeople()) {
              downloads.view().ifPresent(view -> output.ranBefore(view, downloads.nodes()));
            }
            return downloads.nodes().isEmpty()
                ? nothing(server, id, console)
                : strictly(status, downloads, console);
          });
    }
  }

  private Bodies.Fetched fetched(ServerConnection server) throws Failure, IOException {
    try {
      return server.fetches().of(job);
    } catch (ApiException e) {
      throw Failure.refused("--job", e);
    }
  }

  private int drop(ServerConnection server, Console console) throws Failure, IOException {
    Bodies.Fetched fetched = fetched(server);
    if (fetched.fetched().isEmpty()) {
      return nothing(server, fetched.jobId(), console);
    }
    for (FetchedFrom from : fetched.fetched()) {
      server.fetches().remove(fetched.jobId(), from.node());
      console.error(from.node() + ": " + ByteSize.text(from.bytes()) + " removed from the server");
    }
    return ExitStatus.OK;
  }

  /** Names the nodes that have brought something, and how much, since it may be elsewhere. */
  private static int nothing(ServerConnection server, UUID job, Console console)
      throws IOException {
    boolean isOneOfSeveral = server.status().leadership() != null;
    List<String> brought =
        server.job(job).nodes().stream()
            .filter(outcome -> FetchClaim.hasSent(outcome))
            .map(outcome -> outcome.node() + " (" + FetchClaim.shown(outcome) + ")")
            .toList();
    String what = "directord: the server has nothing that job " + job + " has brought";
    if (brought.isEmpty()) {
      return console.fail(ErrorCode.NOTHING_FETCHED, what + ": it brought nothing");
    }
    return console.fail(
        ErrorCode.NOTHING_FETCHED,
        what
            + " from "
            + shortened(brought)
            + ": it was downloaded, or not for a day"
            + (isOneOfSeveral
                ? "; or another server led when it came, and has it still, for a day: it can be"
                    + " downloaded when that one leads again, or run the job again"
                : ""));
  }

  private static String shortened(List<String> names) {
    int more = names.size() - MAX_NAMES;
    return String.join(", ", names.subList(0, Math.min(names.size(), MAX_NAMES)))
        + (more > 0 ? " and " + more + " more" : "");
  }
}
