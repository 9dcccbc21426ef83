package io.directord.verbs.builtin;

import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.Preview;
import io.directord.common.component.PreviewContext;
import io.directord.common.component.Syntax;
import io.directord.common.component.Values;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** JOB_WAIT: waits until a job has ended on other nodes. The server resumes the waiting node. */
public final class JobWaitComponent extends BuiltIn<JobWaitComponent.Arguments> {
  public static final String VERB = "JOB_WAIT";

  private static final String SHA = "job_sha";
  private static final String IDENTITY = AwaitedNodes.KEY;

  private static final Syntax<Arguments> SYNTAX =
      new Syntax<Arguments>(
              "Waits until the job with the fingerprint SHA has ended on these nodes, well or not."
                  + " `directord orchestrate --finger-print FILE` shows fingerprints.",
              "JOB_WAIT: --identity db-1 --identity db-2"
                  + " 0f1e51a28f1fd4ae05e5d5b4d8f0ffd65ea0c9f9e7cb3b3b2d7dd1ef")
          .option(
              "--job-timeout",
              "SECONDS",
              "Fail after this time; 600 by default. The job's --timeout ends it too.",
              (arguments, text) -> arguments.jobTimeout = Values.seconds(text))
          .many(
              "--identity",
              "NODE",
              "A node on which it must have ended; one is needed, and many may be given.",
              (arguments, text) -> arguments.identity.add(Values.text(text)))
          .word(
              "SHA",
              "The job's fingerprint, 56 hexadecimal digits.",
              (arguments, word) -> arguments.jobSha = checked(word));

  /** The arguments as they travel in the job. */
  public static final class Arguments {
    public String jobSha;

    public Duration jobTimeout = Duration.ofSeconds(600);

    public List<String> identity = new ArrayList<>();
  }

  public JobWaitComponent() {
    super(VERB, Arguments::new, SYNTAX);
  }

  @Override
  public boolean cacheable() {
    return false;
  }

  private static String checked(String word) throws PlanException {
    if (!word.matches("[0-9a-f]{56}")) {
      throw new PlanException("a fingerprint of 56 hexadecimal digits is expected, not " + word);
    }
    return word;
  }

  @Override
  public void validate(Arguments arguments, ArgumentErrors errors) {
    if (errors.given(SHA, arguments.jobSha, "the fingerprint of a job is needed")) {
      errors.check(SHA, () -> checked(arguments.jobSha));
    }
    errors.check("job_timeout", () -> Values.duration(arguments.jobTimeout));
    errors.require(
        !arguments.identity.isEmpty() && arguments.identity.stream().noneMatch(String::isBlank),
        IDENTITY,
        "the nodes to wait for are needed, each by its name");
  }

  /** Nobody is asked for anything in a dry run. */
  @Override
  public Preview preview(Arguments arguments, PreviewContext node) throws JobException {
    return Preview.unchanged(
        "would wait until job "
            + Given.key(SHA, arguments.jobSha)
            + " has ended on "
            + Rendered.words(arguments.identity, node));
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node)
      throws JobException, InterruptedException {
    String sha = Given.key(SHA, arguments.jobSha);
    List<String> nodes = Rendered.words(arguments.identity, node);
    if (nodes.isEmpty()) {
      throw new JobException(
          Outcome.Reason.REFUSED,
          "identity names no node, once its templates are rendered: " + arguments.identity);
    }
    node.changed(false);
    try {
      node.coordinate(String.join(" ", nodes), Given.key("job_timeout", arguments.jobTimeout));
    } catch (JobException e) {
      throw new JobException(
          e.reason(), e.getMessage() + ": that job " + sha + " ends on " + nodes);
    }
    node.stdout("Job completed, found SHA [ " + sha + " ]");
    return new Outcome.Succeeded("job " + sha + " has ended on " + nodes);
  }

  /** The server's part: the fingerprint that such a job waits for. */
  public static String sha(Job job) {
    return job.arguments().path(SHA).asString("");
  }

  /**
   * The server's part: the nodes on which that must have ended.
   *
   * @param answer what the node made of the names' templates; empty from an older client
   */
  public static Set<String> nodes(Job job, String answer) {
    return answer.isBlank()
        ? AwaitedNodes.names(job)
        : new LinkedHashSet<>(List.of(answer.strip().split("\\s+")));
  }
}
