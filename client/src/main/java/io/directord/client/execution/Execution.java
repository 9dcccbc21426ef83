package io.directord.client.execution;

import io.directord.client.cache.NodeCache;
import io.directord.client.files.Destination;
import io.directord.client.files.StagingNotes;
import io.directord.common.component.CacheTag;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.ReservedNames;
import io.directord.common.component.Surroundings;
import io.directord.common.fetch.FetchReport;
import io.directord.common.fetch.FetchRequest;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import io.directord.common.job.Traceparent;
import io.directord.common.security.Digests;
import io.directord.common.security.SecretContent;
import io.directord.common.storage.IoErrors;
import io.directord.common.tree.FingerprintStore;
import io.directord.common.tree.SourceTree;
import io.directord.common.tree.TreeChanges;
import io.directord.common.tree.TreeOptions;
import io.directord.common.wire.Delivery;
import io.directord.common.wire.NodeMessage.Stream;
import io.directord.verbs.external.Facts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** The {@link NodeContext} of one run of one job. */
public final class Execution implements NodeContext {

  /**
   * The parts shared by all executions of a node.
   *
   * @param identity the node's name
   * @param fingerprints of files in delivered directories
   */
  public record Node(
      String identity,
      NodeCache cache,
      Processes processes,
      ContentLink content,
      StagingNotes staging,
      FingerprintStore fingerprints,
      Secrets secrets) {}

  /** The server answers at once, if it can be reached; a job's own timeout may come earlier. */
  private static final Duration UPLOAD_ANNOUNCEMENT = Duration.ofDays(1);

  private static final int KIB_BITS = 10;

  private final Node node;
  private final LaneControl lanes;
  private final Job job;
  private final List<Delivery> deliveries;
  private final JobOutput output;
  private final BooleanSupplier givenUp;
  private final Traces traces = new Traces();
  private final Rendering rendering;
  private final Following following;
  private final Tally tally = new Tally();

  /** How many bytes were fetched of files that had an earlier version, and their size. */
  private long fetched;

  private long patched;

  /** Whether the job had to do with a secret. */
  private volatile boolean isSecretive;

  /** Whether something that the job was to keep is not in the cache's file. */
  private volatile boolean isUnwritten;

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
    this.rendering = new Rendering(node, traces);
    this.following = new Following(node.cache(), job);
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
    return rendering.text(template);
  }

  private boolean isSecretive() {
    return isSecretive || rendering.isSecretive();
  }

  private void requireNotGivenUp() throws JobException {
    if (givenUp.getAsBoolean()) {
      throw new JobException("the job was told to end");
    }
  }

  @Override
  public void requireAllowed(Surroundings around) throws JobException {
    node.processes().requireAllowed(around);
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
  public int shell(String command, Surroundings around) throws JobException, InterruptedException {
    Map<String, String> secrets = secrets(around);
    if (around.isOnlySecrets()) {
      return shell(command, secrets);
    }
    requireNotGivenUp();
    Map<String, String> environment = envsFor(command);
    environment.putAll(secrets);
    return node.processes().run(command, around, job.id(), environment, output);
  }

  @Override
  public void shellDetached(String command, Surroundings around) throws JobException {
    requireNotGivenUp();
    Map<String, String> environment = envsFor(command);
    environment.putAll(secrets(around));
    if (around.isOnlySecrets()) {
      node.processes().detach(command, environment);
    } else {
      node.processes().detach(command, around, environment);
    }
  }

  @Override
  public Answer ask(String command, Map<String, String> variables)
      throws JobException, InterruptedException {
    requireNotGivenUp();
    return node.processes().ask(command, job.id(), envs(), variables);
  }

  private Map<String, String> secrets(Surroundings around) throws JobException {
    isSecretive |= !around.secrets().isEmpty();
    return node.secrets().named(around.secrets());
  }

  private Map<String, String> envsFor(String command) {
    Map<String, String> envs = node.cache().envs();
    traces.command(command, envs);
    Map<String, String> all = new HashMap<>(envs);
    if (job.options().traceparent() != null) {
      all.put(Traceparent.VARIABLE, job.options().traceparent());
    }
    return all;
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
      node.secrets().remove(name);
      isUnwritten |= !node.cache().putArg(name, value, extend);
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
      isUnwritten |= !node.cache().putEnv(name, value);
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
      boolean args = tag == CacheTag.ARGS || tag == CacheTag.ALL;
      int evicted =
          node.cache().evict(tag)
              + (parents ? lanes.forgetFailedParents() : 0)
              + (args ? node.secrets().clear() : 0);
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
    return delivery(deliveries, sha256);
  }

  static Delivery delivery(List<Delivery> deliveries, String sha256) throws JobException {
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
        new FilePlacer(node, this, rendering::blueprint)
            .place(delivery, destination, ownership, blueprint);
    if (placed.fetched() >= 0) {
      fetched += placed.fetched();
      patched += delivery.size();
    }
    // The files of a user-defined verb do not count as the work of its job.
    if (Facts.of(job.arguments()) == null) {
      tally.noteChange(placed.changed());
      if (!isSecretive()) {
        traces.placed(PlacedPath.file(destination, placed.sha256(), ownership));
      }
    }
    // The fingerprint of a text with a secret in it would let others try values.
    return isSecretive() ? delivery.sha256() : placed.sha256();
  }

  @Override
  public void keepSecret(String name, Delivery delivery) throws JobException, InterruptedException {
    requireNotGivenUp();
    isSecretive = true;
    if (delivery.size() > SecretContent.MAX_CONTENT_BYTES) {
      throw new JobException(Outcome.Reason.REFUSED, "the content is too large for a secret");
    }
    if (node.cache().args().containsKey(name)) {
      throw new JobException(
          name
              + " is an argument of this node already, which is not a secret: choose another name,"
              + " or drop the arguments with CACHEEVICT args");
    }
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try {
      node.content().fetch(delivery, content::writeBytes);
      node.content().require(delivery, Digests.sha256(content.toByteArray()));
      byte[] value =
          SecretContent.value(content.toByteArray())
              .orElseThrow(
                  () -> new JobException(Outcome.Reason.REFUSED, "the content is not a secret"));
      node.secrets().put(name, new String(value, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new JobException("the secret " + name + ": " + IoErrors.sayWhere(e), e);
    }
  }

  @Override
  public String sent() {
    return patched == 0
        ? ""
        : (fetched >> KIB_BITS) + " KiB of " + (patched >> KIB_BITS) + " KiB sent";
  }

  @Override
  public TreeChanges deliverTree(
      SourceTree tree, Path destination, Ownership ownership, TreeOptions options)
      throws JobException, InterruptedException {
    requireNotGivenUp();
    DeliveredTree delivered =
        new DeliveredTree(
            node.content(), delivery(tree.sha256()), delivery(Delivery.filesOf(tree.sha256())));
    TreePlacer placer = new TreePlacer(delivered, node.staging(), node.fingerprints());
    try {
      TreeChanges changes = placer.place(destination, ownership, options);
      fetched += placer.fetched();
      patched += placer.patched();
      tally.noteChange(changes.changed() > 0 || changes.deleted() > 0);
      traces.placedTree();
      return changes;
    } catch (InterruptedException e) {
      if (e.getMessage() != null) {
        stderr(destination + ": " + e.getMessage() + "\n");
      }
      throw e;
    }
  }

  @Override
  public FetchReport fetch(FetchRequest request) throws JobException, InterruptedException {
    requireNotGivenUp();
    FetchReport report =
        new FileFetch(
                node.content(),
                upload -> lanes.coordinate(job, upload.text(), UPLOAD_ANNOUNCEMENT),
                request)
            .send();
    tally.sent(report.files());
    return report;
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

  /** What the job follows, and what follows it. */
  public Following following() {
    return following;
  }

  /** Notes what has to follow the job, and what has not any more. */
  public void followed(boolean succeeded) {
    isUnwritten |= !following.ended(succeeded, details().changed());
  }

  /** Why something that the job was to keep is in memory only; null if nothing is. */
  public String unwritten() {
    return isUnwritten ? node.cache().trouble() : null;
  }

  /** Notes the success of the job, with its evidence. */
  public void done() {
    // Its evidence would tell of a secret.
    if (isSecretive()) {
      return;
    }
    Evidence evidence = traces.evidence();
    if (evidence != null) {
      isUnwritten |= !node.cache().done(job.fingerprint(), evidence.toJson());
    }
  }

  /** An earlier success of this job does not count any more, since it has failed. */
  public void failed() {
    isUnwritten |= !node.cache().failed(job.fingerprint());
  }

  /** An earlier success of this job does not count any more, since its work is about to change. */
  public void notDone() throws IOException {
    node.cache().notDone(job.fingerprint());
  }

  /** The time of an earlier success with this fingerprint, if it still counts; else null. */
  public Instant doneAt() throws InterruptedException {
    return DoneBefore.at(job, node.cache(), rendering.names(), node.cache().envs());
  }
}
