package io.directord.client.lane;

import io.directord.client.execution.Execution;
import io.directord.client.execution.Foreseen;
import io.directord.client.execution.JobVerbs;
import io.directord.client.execution.Previewing;
import io.directord.common.component.Component;
import io.directord.common.component.JobException;
import io.directord.common.component.Preview;
import io.directord.common.component.UnknownValueException;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import io.directord.common.wire.ServerMessage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Says what the jobs of dry runs would do. Nothing is noted of them but in memory: a job whose
 * client ends before the server has its result is sent again, and asked again. Thread-safe; the
 * jobs of one dry run come one after the other.
 */
final class PreviewRunner {
  private static final Logger LOG = System.getLogger(PreviewRunner.class.getName());

  /** Number of dry runs whose foreseen changes are kept; more than can go on at a time. */
  private static final int MAX_RUNS = 32;

  /** Limit of a job's diffs. */
  static final int MAX_DIFF_BYTES = 64 << 10;

  private static final String WITHHELD =
      "; the diff is withheld, since this node's own configuration does not let FETCH bring files";

  private final Execution.Node node;
  private final JobVerbs verbs;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final BiConsumer<Job, NodeResult> results;
  private final Map<UUID, Foreseen> runs =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Foreseen> eldest) {
          return size() > MAX_RUNS;
        }
      };

  /**
   * @param results receives the result of each job
   */
  PreviewRunner(LaneSettings settings, BiConsumer<Job, NodeResult> results) {
    this.node = settings.node();
    this.verbs = settings.verbs();
    this.clock = settings.clock();
    this.nanoTime = settings.nanoTime();
    this.results = results;
  }

  /** What is said of a job. */
  private record Said(Outcome outcome, String diff, Boolean changed) {
    static Said of(Outcome outcome) {
      return new Said(outcome, "", null);
    }
  }

  /** Previews the job; its result is sent, unless the client stops before. */
  void run(ServerMessage.Run run, RunningJob running) {
    Job job = run.job();
    Instant startedAt = clock.instant();
    running.ifAbandoned(why -> end(job, Said.of(why), running, startedAt));
    Said said;
    boolean counts = false;
    try {
      said = said(run, running);
    } finally {
      counts = running.finish();
    }
    if (counts && running.ending() != RunningJob.STOPPED) {
      end(job, running.isGivenUp() ? Said.of(running.ending()) : said, running, startedAt);
    }
  }

  private void end(Job job, Said said, RunningJob running, Instant startedAt) {
    boolean isShown = said.diff.isEmpty() || verbs.mayShowFiles();
    String whole = isShown ? node.secrets().hide(said.diff) : "";
    String diff = bounded(whole);
    String info = node.secrets().hide(said.outcome.info());
    Outcome outcome = said.outcome.withInfo(isShown ? info : info + WITHHELD);
    results.accept(
        job,
        new NodeResult(
            job.id(),
            outcome,
            new CapturedOutput(diff, ""),
            Duration.ofNanos(running.age(nanoTime.getAsLong())),
            startedAt,
            clock.instant(),
            new RunDetails(diff.length() < whole.length(), 1, said.changed)));
  }

  private Foreseen foreseen(Job job) {
    synchronized (runs) {
      return runs.computeIfAbsent(job.options().dryRun().run(), id -> new Foreseen());
    }
  }

  private Said said(ServerMessage.Run run, RunningJob running) {
    Job job = run.job();
    Previewing context = new Previewing(node, job, run.deliveries(), foreseen(job));
    String failure = context.omittedBy();
    if (failure != null) {
      return Said.of(
          new Outcome.Failed(
              Outcome.Reason.OMITTED, "would not run, since " + failure + " would fail"));
    }
    try {
      running.begin(nanoTime.getAsLong());
      Component<?> component = verbs.find(job);
      if (component == null) {
        throw new JobException(
            Outcome.Reason.REFUSED, "this node does not know the verb " + job.verb());
      }
      String nothing = context.nothingToFollow();
      if (nothing != null) {
        return new Said(new Outcome.Skipped("would be skipped: " + nothing), "", false);
      }
      Instant doneAt = context.doneAt(component);
      return doneAt == null
          ? preview(component, context)
          : new Said(
              new Outcome.Skipped(
                  "would be skipped: done at " + doneAt.truncatedTo(ChronoUnit.SECONDS)),
              "",
              false);
    } catch (JobException e) {
      return Said.of(context.failed(e));
    } catch (InterruptedException e) {
      Outcome.Failed ending = running.ending();
      return Said.of(
          ending != null
              ? ending
              : new Outcome.Failed(Outcome.Reason.INTERRUPTED, "the dry run was interrupted"));
    } catch (Throwable e) {
      LOG.log(Level.ERROR, "job " + job.id() + ": what " + job.verb() + " would do", e);
      return Said.of(
          new Outcome.Failed(
              Outcome.Reason.ERROR,
              "what "
                  + job.verb()
                  + " would do cannot be said, for a reason that the log of the node's client has"));
    }
  }

  private <A> Said preview(Component<A> component, Previewing context)
      throws JobException, InterruptedException {
    Preview preview;
    try {
      preview = component.preview(component.read(context.job().arguments()), context);
    } catch (UnknownValueException e) {
      preview = Preview.unknown(e.getMessage());
    } catch (JobException e) {
      preview = context.perhaps(e);
    }
    context.wouldRun(component, preview.effect());
    Boolean changed =
        switch (preview.effect()) {
          case CHANGED -> true;
          case UNCHANGED -> false;
          case UNKNOWN -> null;
        };
    return new Said(new Outcome.Succeeded(preview.info()), preview.diff(), changed);
  }

  /** Whole lines, and how many are missing. */
  private static String bounded(String diff) {
    byte[] bytes = diff.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= MAX_DIFF_BYTES) {
      return diff;
    }
    int end = MAX_DIFF_BYTES;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    String shown = new String(bytes, 0, end, StandardCharsets.UTF_8);
    long missing = diff.lines().count() - shown.lines().count();
    return shown + "[... " + missing + " more lines of the diff cut off by directord ...]\n";
  }
}
