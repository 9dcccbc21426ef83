package io.directord.client.lane;

import io.directord.client.execution.CommandInterruptedException;
import io.directord.client.execution.Execution;
import io.directord.client.execution.Following;
import io.directord.client.execution.JobOutput;
import io.directord.client.execution.JobVerbs;
import io.directord.client.execution.LaneControl;
import io.directord.client.execution.OutputListener;
import io.directord.client.journal.Journal;
import io.directord.common.component.Component;
import io.directord.common.component.JobException;
import io.directord.common.job.Captured;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import io.directord.common.storage.IoErrors;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.NodeMessage.Stream;
import io.directord.common.wire.ServerMessage;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.StringNode;

/** Runs one job from beginning to end, on the thread of its lane. Thread-safe. */
final class JobRunner {
  private static final Logger LOG = System.getLogger(JobRunner.class.getName());

  /** Messages of verbs below this length, in characters, are not checked. */
  private static final int SHORT_INFO = Captured.MAX_BYTES / 4;

  private static final String UNKEPT = "the work itself succeeded, but it is not kept: ";

  private final Execution.Node node;
  private final LaneControl lanes;
  private final Journal journal;
  private final JobVerbs verbs;
  private final LaneMessages answers;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final NodeLocks locks = new NodeLocks();

  /**
   * Held while a result is encoded and noted, which briefly takes many times the size of its
   * output.
   */
  private final Object ending = new Object();

  JobRunner(LaneSettings settings, LaneControl lanes, LaneMessages answers) {
    this.node = settings.node();
    this.lanes = lanes;
    this.journal = settings.journal();
    this.verbs = settings.verbs();
    this.clock = settings.clock();
    this.nanoTime = settings.nanoTime();
    this.answers = answers;
  }

  /** The lock that the job waits for to begin; null if it waits for none. */
  NodeLocks.Wait waitOf(UUID job) {
    return locks.waitOf(job);
  }

  /** Runs the job, or finds out why it must not run; in both cases its result is noted and sent. */
  void run(ServerMessage.Run run, RunningJob running) {
    Job job = run.job();
    JobOutput output = new JobOutput(job.stream() ? new Streaming(running) : null, node.secrets());
    Execution execution =
        new Execution(node, lanes, job, run.deliveries(), output, running::isGivenUp);
    Instant startedAt = clock.instant();
    running.ifAbandoned(why -> endAbandoned(execution, running, output, startedAt, why));
    Outcome said;
    Outcome outcome;
    boolean counts = false;
    try {
      said = withoutSecrets(outcome(execution, running));
      outcome = shortened(said);
    } finally {
      // From here on no interrupt reaches this thread, so that the result is noted and sent.
      counts = running.finish();
    }
    output.close();
    if (!counts) {
      LOG.log(Level.WARNING, "job {0}: {1} has come to its end at last", job.id(), job.verb());
      return;
    }
    if (outcome.isSuccess() && running.isGivenUp()) {
      outcome = running.ending();
    }
    if (!running.hasBegun()) {
      if (running.ending() != RunningJob.STOPPED) {
        end(job, outcome);
      }
      // Otherwise the client stops before the job began: it stays in the journal, and runs after
      // the next start.
      return;
    }
    // Before the output is kept as arguments, which does not count as a change by the verb.
    RunDetails details = details(execution, outcome != said);
    synchronized (ending) {
      end(job, result(running, keep(job, outcome, execution, output), output, startedAt, details));
    }
  }

  private Outcome withoutSecrets(Outcome outcome) {
    String info = node.secrets().hide(outcome.info());
    return Objects.equals(info, outcome.info()) ? outcome : outcome.withInfo(info);
  }

  private NodeResult result(
      RunningJob running,
      Outcome outcome,
      JobOutput output,
      Instant startedAt,
      RunDetails details) {
    return new NodeResult(
        running.job.id(),
        outcome,
        new CapturedOutput(output.text(Stream.STDOUT), output.text(Stream.STDERR)),
        Duration.ofNanos(running.age(nanoTime.getAsLong())),
        startedAt,
        clock.instant(),
        details);
  }

  /** Ends a job whose thread hangs. */
  private void endAbandoned(
      Execution execution,
      RunningJob running,
      JobOutput output,
      Instant startedAt,
      Outcome.Failed why) {
    Job job = running.job;
    String place = running.whereabouts();
    String where =
        place == null ? "it hangs in the system, or the node is very slow" : "it hangs in " + place;
    LOG.log(
        Level.WARNING,
        "job {0}: {1} does not end though it was told to, and is left behind: {2}",
        job.id(),
        job.verb(),
        where);
    Outcome outcome =
        why.withInfo(
            why.info()
                + "; but "
                + job.verb()
                + " does not return on the node and is left behind, what it still does counts no"
                + " more: "
                + where);
    if (running.hasBegun()) {
      Outcome kept = keep(job, outcome, execution, output);
      end(job, result(running, kept, output, startedAt, details(execution, false)));
    } else if (why != RunningJob.STOPPED) {
      end(job, outcome);
    }
  }

  private static RunDetails details(Execution execution, boolean infoIsCut) {
    RunDetails run = execution.details();
    return infoIsCut ? run.withCut() : run;
  }

  /** Ends a job that does not run. */
  void end(Job job, Outcome outcome) {
    end(job, NodeResult.withoutRun(job.id(), outcome, clock.instant()));
  }

  /**
   * The outcome of the job, which runs if necessary. Any exception of its verb fails this job only.
   */
  private Outcome outcome(Execution execution, RunningJob running) {
    Job job = execution.job();
    if (journal.omits(job.id(), job.parent().id()) && !job.bypassesLanes()) {
      return new Outcome.Failed(Outcome.Reason.OMITTED, "Job omitted, parent failure");
    }
    try {
      Component<?> component = verbs.find(job);
      if (component == null) {
        return new Outcome.Failed(
            Outcome.Reason.REFUSED, "this node does not know the verb " + job.verb());
      }
      Following following = execution.following();
      following.takesPart();
      if (following.isConditional() && following.runs().isEmpty()) {
        return new Outcome.Skipped(following.nothing());
      }
      // What is to follow a change was done before the change.
      Instant doneAt = following.isConditional() ? null : doneAt(component, execution);
      return doneAt != null
          ? new Outcome.Skipped("done at " + doneAt.truncatedTo(ChronoUnit.SECONDS))
          : attempt(component, execution, running);
    } catch (JobException e) {
      return because(running, e.reason(), e.getMessage());
    } catch (CommandInterruptedException e) {
      Outcome ended = because(running, Outcome.Reason.INTERRUPTED, "interrupted: ended");
      return ended.withInfo(ended.info() + e.getMessage());
    } catch (InterruptedException e) {
      return because(running, Outcome.Reason.INTERRUPTED, "the job was interrupted");
    } catch (IOException e) {
      return because(
          running,
          Outcome.Reason.REFUSED,
          "this node cannot note that the job begins: " + IoErrors.sayWhere(e));
    } catch (JacksonException e) {
      return because(
          running, Outcome.Reason.ERROR, job.verb() + ": its arguments cannot be read" + where(e));
    } catch (Throwable e) {
      LOG.log(Level.ERROR, "job " + job.id() + ": " + job.verb() + " failed unexpectedly", e);
      return because(
          running,
          Outcome.Reason.ERROR,
          job.verb() + " failed unexpectedly; the log of the node's client says how");
    }
  }

  /** The time of an earlier success that still counts, so that the job need not run. */
  private Instant doneAt(Component<?> component, Execution execution) throws InterruptedException {
    Job job = execution.job();
    boolean skippable = component.cacheable() && !job.skipCache();
    return skippable && has(component.leaves()) && has(job.stdoutArg()) && has(job.stderrArg())
        ? execution.doneAt()
        : null;
  }

  private boolean has(String arg) {
    return arg == null || node.cache().args().containsKey(arg);
  }

  private <A> Outcome attempt(Component<A> component, Execution execution, RunningJob running)
      throws JobException, InterruptedException, IOException {
    Job job = execution.job();
    NodeLocks.Held held = locks.take(job, component.lock());
    running.holds(held);
    try {
      answers.awaitLease();
      running.begin(nanoTime.getAsLong());
      journal.started(job.id());
      if (!job.skipCache()) {
        execution.notDone();
      }
      execution.following().begins();
      LOG.log(Level.DEBUG, "job {0}: {1} begins", job.id(), job.verb());
      List<UUID> runs = execution.following().runs();
      A arguments = component.read(job.arguments());
      Outcome outcome = component.run(arguments, execution);
      Objects.requireNonNull(outcome, "it did not say how it ended");
      boolean late = execution.following().isConditional() && !isOwedBy(job, runs);
      return late
          ? outcome.withInfo(outcome.info() + " (follows a change of run " + runs.get(0) + ")")
          : outcome;
    } finally {
      held.close();
    }
  }

  private static boolean isOwedBy(Job job, List<UUID> runs) {
    return runs.contains(job.parent().id());
  }

  private static String where(JacksonException e) {
    String field =
        e.getPath().stream()
            .map(JacksonException.Reference::getPropertyName)
            .filter(Objects::nonNull)
            .collect(Collectors.joining("."));
    return field.isEmpty() ? "" : ": " + field + " is not of the type that the verb takes";
  }

  /** The message must not exceed the server's limit. */
  private static Outcome shortened(Outcome outcome) {
    String info = outcome.info();
    if (info == null || info.length() <= SHORT_INFO) {
      return outcome;
    }
    byte[] bytes = info.getBytes(StandardCharsets.UTF_8);
    Captured captured = new Captured();
    captured.add(bytes, 0, bytes.length);
    return captured.isCut() ? outcome.withInfo(captured.text()) : outcome;
  }

  /** If the job was told to end, that is the reason of its failure, whatever its verb reports. */
  private static Outcome because(RunningJob running, Outcome.Reason reason, String info) {
    Outcome.Failed ending = running.ending();
    return ending != null ? ending : new Outcome.Failed(reason, info);
  }

  /** Keeps the arguments and the evidence of a success, before the result is noted. */
  private Outcome keep(Job job, Outcome outcome, Execution execution, JobOutput output) {
    Outcome kept = outcome;
    try {
      execution.followed(outcome.isSuccess());
      if (outcome.isSuccess()) {
        keepSuccess(job, execution, output);
      } else {
        execution.failed();
      }
    } catch (JobException e) {
      kept = new Outcome.Failed(e.reason(), UNKEPT + e.getMessage());
    } catch (RuntimeException | LinkageError e) {
      LOG.log(Level.ERROR, "job " + job.id() + ": what it leaves in the cache is not kept", e);
      String why = "this node's cache cannot be changed: the log of the node's client says why";
      kept =
          outcome.isSuccess()
              ? new Outcome.Failed(Outcome.Reason.ERROR, UNKEPT + why)
              : and(outcome, "and " + why);
    }
    String unwritten = execution.unwritten();
    return unwritten == null
        ? kept
        : and(
            kept,
            "what this node is to keep of it is in memory only, until its cache can be written: "
                + unwritten);
  }

  private static Outcome and(Outcome outcome, String more) {
    String info = outcome.info();
    return outcome.withInfo(info == null || info.isEmpty() ? more : info + "; " + more);
  }

  private void keepSuccess(Job job, Execution execution, JobOutput output) throws JobException {
    if (job.stdoutArg() != null) {
      keepArg(job.stdoutArg(), Stream.STDOUT, execution, output);
    }
    if (job.stderrArg() != null) {
      keepArg(job.stderrArg(), Stream.STDERR, execution, output);
    }
    if (verbs.find(job).cacheable()) {
      execution.done();
    }
  }

  private static void keepArg(String name, Stream stream, Execution execution, JobOutput output)
      throws JobException {
    try {
      execution.putArg(name, StringNode.valueOf(output.whole(stream).strip()), false);
    } catch (JobException e) {
      throw new JobException(
          e.reason(), "argument " + name + " stays as it was: " + e.getMessage());
    }
  }

  /** Notes and sends a result. */
  void end(Job job, NodeResult result) {
    List<byte[]> frames = NodeCodec.encode(new NodeMessage.Ended(job.verb(), result)).toBytes();
    if (job.isDryRun()) {
      journal.previewed(job.id(), frames);
    } else {
      journal.ended(job.id(), job.parent().id(), !result.outcome().isSuccess(), frames);
    }
    answers.ended(job.id(), frames);
    if (result.outcome() instanceof Outcome.Failed failed) {
      LOG.log(Level.INFO, "job {0}: {1} {2}", job.id(), job.verb(), failed.reason());
    } else {
      LOG.log(Level.DEBUG, "job {0}: {1} ended well", job.id(), job.verb());
    }
  }

  /** Sends the output of a running job. */
  private final class Streaming implements OutputListener {
    private final RunningJob running;

    Streaming(RunningJob running) {
      this.running = running;
    }

    @Override
    public void output(Stream stream, byte[] bytes) {
      answers.output(running.job, stream, bytes);
    }

    @Override
    public void awaitRoom(BooleanSupplier over) throws InterruptedException {
      running.outputWaits(nanoTime.getAsLong());
      try {
        answers.awaitRoom(() -> over.getAsBoolean() || !running.mayWait(nanoTime.getAsLong()));
      } finally {
        running.outputGoesOn(nanoTime.getAsLong());
      }
    }
  }
}
