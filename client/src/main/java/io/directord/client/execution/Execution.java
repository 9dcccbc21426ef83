package io.directord.client.execution;

import io.directord.client.cache.NodeCache;
import io.directord.client.files.Destination;
import io.directord.client.files.StagingNotes;
import io.directord.common.component.CacheTag;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.ReservedNames;
import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import io.directord.common.json.Json;
import io.directord.common.storage.IoErrors;
import io.directord.common.wire.Delivery;
import io.directord.common.wire.NodeMessage.Stream;
import io.directord.verbs.external.Facts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** The {@link NodeContext} of one run of one job. */
public final class Execution implements NodeContext {

  /**
   * The parts shared by all executions of a node.
   *
   * @param identity the node's name
   */
  public record Node(
      String identity,
      NodeCache cache,
      Processes processes,
      DeliverySource content,
      StagingNotes staging) {}

  private final Node node;
  private final LaneControl lanes;
  private final Job job;
  private final List<Delivery> deliveries;
  private final JobOutput output;
  private final BooleanSupplier givenUp;
  private final Traces traces = new Traces();
  private final Tally tally = new Tally();

  /**
   * @param givenUp whether the job has ended for the server: nothing that its verb requests is done
   *     any more
   */
  public Execution(
      Node node,
      LaneControl lanes,
      Job job,
      List<Delivery> deliveries,
      JobOutput output,
      BooleanSupplier givenUp) {
    this.node = node;
    this.lanes = lanes;
    this.job = job;
    this.deliveries = deliveries;
    this.output = output;
    this.givenUp = givenUp;
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
    Map<String, JsonNode> args = names();
    Set<String> named = new HashSet<>();
    try {
      return Templates.render(template, args, named);
    } finally {
      traces.rendered(named, args);
    }
  }

  private void requireNotGivenUp() throws JobException {
    if (givenUp.getAsBoolean()) {
      throw new JobException("the job was told to end");
    }
  }

  /** The arguments of templates. */
  private Map<String, JsonNode> names() {
    return MachineFacts.and(node.cache().args(), node.identity());
  }

  @Override
  public int shell(String command) throws JobException, InterruptedException {
    return shell(command, Map.of());
  }

  @Override
  public int shell(String command, Map<String, String> variables)
      throws JobException, InterruptedException {
    requireNotGivenUp();
    Map<String, String> environment = envsFor(command);
    environment.putAll(variables);
    return node.processes().run(command, job.id(), environment, output);
  }

  @Override
  public void shellDetached(String command) throws JobException {
    requireNotGivenUp();
    node.processes().detach(command, envsFor(command));
  }

  private Map<String, String> envsFor(String command) {
    Map<String, String> envs = node.cache().envs();
    traces.command(command, envs);
    return new HashMap<>(envs);
  }

  @Override
  public void nextAttempt() {
    tally.nextAttempt();
    output.restart();
  }

  @Override
  public void changed(boolean changed) {
    tally.changed(changed);
  }

  /** Details of the run so far. */
  public RunDetails details() {
    return tally.details(output.isCut());
  }

  @Override
  public void stdout(String text) {
    output.add(Stream.STDOUT, text);
  }

  @Override
  public void stderr(String text) {
    output.add(Stream.STDERR, text);
  }

  @Override
  public String output() throws JobException {
    return output.whole(Stream.STDOUT);
  }

  @Override
  public void holdBack(Duration time) {
    lanes.holdBack(time);
  }

  @Override
  public Map<String, JsonNode> args() {
    return node.cache().args();
  }

  @Override
  public Map<String, String> envs() {
    return node.cache().envs();
  }

  @Override
  public void putArg(String name, JsonNode value, boolean extend) throws JobException {
    requireNotGivenUp();
    if (ReservedNames.ALL.contains(name)) {
      throw new JobException(ReservedNames.message(name));
    }
    try {
      JsonNode old = node.cache().args().get(name);
      node.cache().putArg(name, value, extend);
      JsonNode kept = node.cache().args().get(name);
      tally.noteChange(!kept.equals(old));
      traces.kept(name, kept);
    } catch (IOException e) {
      throw new JobException("argument " + name + " cannot be kept: " + IoErrors.sayWhere(e), e);
    }
  }

  @Override
  public void putEnv(String name, String value) throws JobException {
    requireNotGivenUp();
    try {
      String old = node.cache().envs().get(name);
      node.cache().putEnv(name, value);
      tally.noteChange(!value.equals(old));
    } catch (IOException e) {
      throw new JobException("variable " + name + " cannot be kept: " + IoErrors.sayWhere(e), e);
    }
  }

  @Override
  public int evict(CacheTag tag) throws JobException {
    requireNotGivenUp();
    try {
      boolean parents = tag == CacheTag.PARENTS || tag == CacheTag.ALL;
      int evicted = node.cache().evict(tag) + (parents ? lanes.forgetFailedParents() : 0);
      tally.noteChange(evicted > 0);
      return evicted;
    } catch (IOException e) {
      throw new JobException("the cache cannot be changed: " + IoErrors.sayWhere(e), e);
    }
  }

  @Override
  public boolean awaitArgs(Predicate<Map<String, JsonNode>> wanted, Duration limit)
      throws InterruptedException {
    return node.cache().awaitArgs(wanted, limit);
  }

  @Override
  public String coordinate(String answer, Duration limit)
      throws JobException, InterruptedException {
    return lanes.coordinate(job, answer, limit);
  }

  @Override
  public Delivery delivery(String sha256) throws JobException {
    return deliveries.stream()
        .filter(delivery -> delivery.sha256().equals(sha256))
        .findFirst()
        .orElseThrow(
            () ->
                new JobException(
                    Outcome.Reason.REFUSED, "the server did not say how to fetch " + sha256));
  }

  @Override
  public String deliver(Delivery delivery, Path destination, Ownership ownership, boolean blueprint)
      throws JobException, InterruptedException {
    requireNotGivenUp();
    FilePlacer.Placed placed =
        new FilePlacer(node, this).place(delivery, destination, ownership, blueprint);
    // The files of a user-defined verb do not count as the work of its job.
    if (Facts.of(job.arguments()) == null) {
      tally.noteChange(placed.changed());
      traces.placed(PlacedPath.file(destination, placed.sha256(), ownership));
    }
    return placed.sha256();
  }

  @Override
  public byte[] read(Path file, int maxBytes) throws JobException, InterruptedException {
    return Destination.read(file, maxBytes);
  }

  @Override
  public void makeDirectory(Path path, Ownership ownership) throws JobException {
    requireNotGivenUp();
    tally.noteChange(FilePlacer.makeDirectory(path, ownership));
    traces.placed(PlacedPath.directory(path, ownership));
  }

  /** Notes the success of the job, with its evidence. */
  public void done() throws IOException {
    node.cache().done(job.fingerprint(), Json.tree(traces.evidence()));
  }

  /** An earlier success of this job does not count any more, since its work is about to change. */
  public void notDone() throws IOException {
    node.cache().notDone(job.fingerprint());
  }

  /** The time of an earlier success with this fingerprint, if it still counts; else null. */
  public Instant doneAt() throws InterruptedException {
    NodeCache.Done done = node.cache().done(job.fingerprint());
    return done != null && holds(done.evidence()) ? done.at() : null;
  }

  /** A version before this one noted no evidence. */
  private boolean holds(JsonNode evidence) throws InterruptedException {
    return evidence == null
        ? !Templates.isTemplate(job.arguments().toString()) && SourceFile.in(job).isEmpty()
        : Json.read(evidence, Evidence.class).holds(names(), node.cache().envs());
  }
}
