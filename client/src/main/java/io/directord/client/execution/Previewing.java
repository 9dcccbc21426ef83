package io.directord.client.execution;

import io.directord.client.files.Destination;
import io.directord.common.component.CacheTag;
import io.directord.common.component.Component;
import io.directord.common.component.JobException;
import io.directord.common.component.Preview;
import io.directord.common.component.PreviewContext;
import io.directord.common.component.ReservedNames;
import io.directord.common.component.Surroundings;
import io.directord.common.component.UnknownValueException;
import io.directord.common.fetch.FetchReport;
import io.directord.common.fetch.FetchRequest;
import io.directord.common.job.Job;
import io.directord.common.job.JobText;
import io.directord.common.job.Outcome;
import io.directord.common.storage.IoErrors;
import io.directord.common.tree.SourceTree;
import io.directord.common.tree.TreeOptions;
import io.directord.common.validation.Counted;
import io.directord.common.wire.Delivery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The {@link PreviewContext} of one job of a dry run. */
public final class Previewing implements PreviewContext {
  private static final int MAX_TITLE = 60;

  private final Execution.Node node;
  private final Job job;
  private final List<Delivery> deliveries;
  private final Foreseen foreseen;

  /** Whether all that the job would change is in {@link #foreseen}. */
  private boolean noted;

  public Previewing(Execution.Node node, Job job, List<Delivery> deliveries, Foreseen foreseen) {
    this.node = node;
    this.job = job;
    this.deliveries = deliveries;
    this.foreseen = foreseen;
  }

  /** What a job does, for people, on one short line. */
  public static String title(Job job) {
    String what = job.name() != null ? "'" + job.name() + "'" : JobText.of(job);
    String shown = what.length() > MAX_TITLE ? what.substring(0, MAX_TITLE) + "..." : what;
    return (job.verb() + " " + shown).strip();
  }

  /**
   * The time at which the node has done the job's work already, so that it would be skipped; null
   * if it would not.
   */
  public Instant doneAt(Component<?> component) throws InterruptedException {
    Map<String, JsonNode> names = names();
    boolean skippable =
        component.cacheable()
            && !job.skipCache()
            && !foreseen.isDoneGone()
            && job.links().whenChanged().isEmpty();
    return skippable
            && has(component.leaves(), names)
            && has(job.stdoutArg(), names)
            && has(job.stderrArg(), names)
        ? DoneBefore.at(job, node.cache(), names, envs())
        : null;
  }

  /** Why it would not run, since there is no change to follow; null if it would. */
  public String nothingToFollow() {
    Following following = new Following(node.cache(), job);
    boolean follows =
        !following.isConditional()
            || !following.runs().isEmpty()
            || job.links().whenChanged().stream()
                .anyMatch(name -> foreseen.mayChange(job.parent().id(), name));
    return follows ? null : following.nothing();
  }

  private static boolean has(String arg, Map<String, JsonNode> names) {
    return arg == null || names.containsKey(arg);
  }

  /**
   * Notes what is known of a job that would run, for the later jobs of the dry run.
   *
   * @param effect what it would do
   */
  public void wouldRun(Component<?> component, Preview.Effect effect) {
    for (String argument : new String[] {component.leaves(), job.stdoutArg(), job.stderrArg()}) {
      if (argument != null) {
        foreseen.unknownArg(argument, title(job));
      }
    }
    if (!job.links().followedBy().isEmpty()) {
      foreseen.effect(job.parent().id(), job.name(), effect);
    }
    if (effect != Preview.Effect.UNCHANGED && !noted) {
      foreseen.anything(title(job));
    }
  }

  boolean wantsDiff() {
    return job.options().dryRun().diff();
  }

  DeliverySource content() {
    return node.content();
  }

  @Override
  public Job job() {
    return job;
  }

  @Override
  public String identity() {
    return node.identity();
  }

  @Override
  public String render(String template) throws JobException {
    if (!Templates.isTemplate(template)) {
      return Templates.render(template, Map.of(), Set.of());
    }
    Set<String> named = new HashSet<>();
    try {
      String rendered = Templates.render(template, names(), named);
      requireKnown(named);
      return rendered;
    } catch (UnknownValueException e) {
      throw e;
    } catch (JobException e) {
      requireKnown(named);
      if (foreseen.anyArgs() != null) {
        throw new UnknownValueException(
            "what " + foreseen.anyArgs() + " would set; as it is now, " + e.getMessage());
      }
      throw e;
    }
  }

  /** Also if the template has a default for what is not defined. */
  private void requireKnown(Set<String> named) throws UnknownValueException {
    for (String secret : node.secrets().all().keySet()) {
      if (named.contains(secret)) {
        throw new UnknownValueException("the secret " + secret + ", which a dry run does not show");
      }
    }
    String unknown = foreseen.unknown(named);
    if (unknown != null) {
      throw new UnknownValueException(unknown);
    }
  }

  @Override
  public void requireAllowed(Surroundings around) throws JobException {
    node.processes().requireAllowed(around);
  }

  private Map<String, JsonNode> names() {
    return MachineFacts.and(args(), node.identity());
  }

  @Override
  public Map<String, JsonNode> args() {
    return foreseen.args(node.cache().args());
  }

  @Override
  public Map<String, String> envs() {
    return foreseen.envs(node.cache().envs());
  }

  @Override
  public Delivery delivery(String sha256) throws JobException {
    return Execution.delivery(deliveries, sha256);
  }

  @Override
  public byte[] read(Path file, int maxBytes) throws JobException, InterruptedException {
    if (foreseen.file(file) != null) {
      throw new UnknownValueException(file + ", which a job before it would put there");
    }
    return Destination.read(file, maxBytes);
  }

  @Override
  public Preview deliver(
      Delivery delivery, String source, Path destination, Ownership ownership, boolean blueprint)
      throws JobException, InterruptedException {
    noted = true;
    return new FilePreviewer(this, foreseen)
        .place(delivery, source, destination, ownership, blueprint);
  }

  /** What is in the directory is not noted: it may be a lot. */
  @Override
  public Preview deliverTree(
      SourceTree tree, Path destination, Ownership ownership, TreeOptions options)
      throws JobException, InterruptedException {
    DeliveredTree delivered =
        new DeliveredTree(
            node.content(), delivery(tree.sha256()), delivery(Delivery.filesOf(tree.sha256())));
    return new TreePreviewer(
            new FilePreviewer(this, foreseen), delivered, node.fingerprints(), wantsDiff())
        .preview(tree, destination, ownership, options);
  }

  @Override
  public byte[] content(Delivery delivery, int maxBytes) throws JobException, InterruptedException {
    if (delivery.size() > maxBytes) {
      throw new JobException(
          Outcome.Reason.REFUSED, "a content of " + delivery.size() + " bytes is too long");
    }
    try {
      return new FilePreviewer(this, foreseen).fetched(delivery);
    } catch (IOException e) {
      throw new JobException(IoErrors.sayWhere(e), e);
    }
  }

  @Override
  public FetchReport fetch(FetchRequest request) throws JobException, InterruptedException {
    for (String path : request.paths()) {
      if (foreseen.isIn(path)) {
        throw new UnknownValueException("what a job before it would put at " + path);
      }
    }
    return FileFetch.foresee(request);
  }

  @Override
  public Preview makeDirectory(Path path, Ownership ownership) throws JobException {
    noted = true;
    return new FilePreviewer(this, foreseen).makeDirectory(path, ownership);
  }

  @Override
  public boolean isDirectory(Path path) {
    return Files.isDirectory(path) || foreseen.makes(path);
  }

  @Override
  public Preview putArg(String name, JsonNode value, boolean extend) throws JobException {
    if (ReservedNames.ALL.contains(name)) {
      throw new JobException(ReservedNames.message(name));
    }
    noted = true;
    JsonNode old = args().get(name);
    String unknown = extend ? foreseen.unknown(Set.of(name)) : null;
    if (unknown != null) {
      return Preview.unknown("needs " + unknown);
    }
    JsonNode merged = Foreseen.merged(old, value, extend);
    boolean known = foreseen.unknown(Set.of(name)) == null;
    foreseen.arg(name, merged);
    return Preview.either(
        !known || !merged.equals(old),
        "argument " + name + (old == null ? " is new" : " would have another value"),
        "argument " + name + " has that value");
  }

  @Override
  public Preview putEnv(String name, String value) {
    noted = true;
    String old = envs().get(name);
    foreseen.env(name, value);
    return Preview.either(
        !value.equals(old),
        "variable " + name + (old == null ? " is new" : " would have another value"),
        "variable " + name + " has that value");
  }

  @Override
  public Preview evict(CacheTag tag) {
    noted = true;
    boolean all = tag == CacheTag.ALL;
    int args = args().size();
    int envs = envs().size();
    boolean query = args().containsKey(CacheTag.QUERY_ARG);
    int done = foreseen.isDoneGone() ? 0 : node.cache().count(CacheTag.JOBS);
    if (all || tag == CacheTag.ARGS) {
      foreseen.argsGone();
    } else if (tag == CacheTag.QUERY && query) {
      foreseen.argGone(CacheTag.QUERY_ARG);
    }
    if (all || tag == CacheTag.ENVS) {
      foreseen.envsGone();
    }
    if (all || tag == CacheTag.JOBS) {
      foreseen.doneGone();
    }
    return switch (tag) {
      case ARGS -> evicted(args, "argument");
      case ENVS -> evicted(envs, "variable");
      case QUERY -> evicted(query ? 1 : 0, "argument");
      case JOBS -> evicted(done, "fingerprint");
      case ALL -> evicted(args + envs + done, "cached value");
      case PARENTS -> Preview.unknown("would forget which parents have failed");
    };
  }

  private static Preview evicted(int number, String what) {
    return Preview.either(
        number > 0,
        Counted.of(number, what) + " would be dropped",
        "there is no " + what + " to drop");
  }

  @Override
  public void wouldSet(String argument) {
    noted = true;
    foreseen.unknownArg(argument, title(job));
  }

  @Override
  public void wouldSetAny() {
    noted = true;
    foreseen.unknownArgs(title(job));
  }

  @Override
  public Answer ask(String command, Map<String, String> variables)
      throws JobException, InterruptedException {
    return node.processes().ask(command, job.id(), envs(), variables);
  }

  /** Why a job before it that would fail keeps this one from running; null if none does. */
  public String omittedBy() {
    return foreseen.failure(job.parent().id());
  }

  /**
   * What is known of a job that would fail as the node is now.
   *
   * @throws JobException if nothing before it can change that
   */
  public Preview perhaps(JobException e) throws JobException {
    String before = foreseen.anything();
    if (before == null) {
      throw e;
    }
    return Preview.unknown(
        "would fail as the node is now, "
            + e.getMessage()
            + "; but "
            + before
            + " comes before it");
  }

  /** What is said of a job that would fail. */
  public Outcome failed(JobException e) {
    foreseen.fails(job.parent().id(), title(job));
    return new Outcome.Failed(e.reason(), "would fail: " + e.getMessage());
  }
}
