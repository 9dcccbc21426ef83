package io.directord.server.store;

import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Parent;
import io.directord.common.json.Json;
import io.directord.common.storage.IoErrors;
import io.directord.server.rolling.RolloutProgress;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;

/**
 * Stores everything in two files of one directory, see {@link StoreTables}. Values are JSON, and
 * outputs bytes, so that later versions can read them. A commit is durable when it returns. A
 * damaged entry counts as missing, which is logged once.
 */
public final class EmbeddedStore implements JobStore {
  /** Among the jobs that were lost, in the place of an id: any may have been. */
  private static final String ANY_JOB = "any";

  private static final System.Logger LOG = System.getLogger(EmbeddedStore.class.getName());
  private static final byte[] NOTHING = {};
  private static final int ID_LENGTH = 36;
  private static final String PROGRESS = "/progress";

  /** Of those that one beginning of an id may mean. */
  private static final int MAX_LOST_TOLD = 5;

  /** Of more lost jobs nothing is noted. */
  private static final int MAX_LOST = 10_000;

  private final StoreTables tables;
  private final StoreTable<String> nodes;
  private final StoreTable<Long> jobs;
  private final StoreTable<String> ids;
  private final StoreTable<String> parents;
  private final StoreTable<Long> results;
  private final StoreTable<Long> summaries;

  /** Lost jobs by id. */
  private final StoreTable<String> lost;

  /** Of parents that begin node by node, the nodes; and with a mark behind the id, the progress. */
  private final StoreTable<String> runs;

  /** Changes of failed commits, which are not in the tables yet. */
  private final Deque<Change> unapplied = new ArrayDeque<>();

  private final Set<String> told = ConcurrentHashMap.newKeySet();

  /** See {@link #takeLoss}. */
  private boolean hasLoss;

  private EmbeddedStore(StoreTables tables) {
    this.tables = tables;
    nodes = tables.byText("nodes");
    jobs = tables.byNumber("jobs");
    ids = tables.byText("ids");
    parents = tables.byText("parents");
    results = tables.byNumber("results");
    summaries = tables.byNumber("summaries");
    lost = tables.byText("lost");
    runs = tables.byText("runs");
    failing(
        () -> {
          tables.open();
          return null;
        });
    failing(
        () -> {
          mendIndexes(false);
          return null;
        });
  }

  /** Opens or creates the store in that directory. */
  public static EmbeddedStore open(Path directory) {
    return new EmbeddedStore(new StoreTables(directory));
  }

  static EmbeddedStore open(Path directory, long maxLogBytes, int retentionMillis) {
    return open(directory, maxLogBytes, retentionMillis, StoreTables::usable);
  }

  static EmbeddedStore open(
      Path directory, long maxLogBytes, int retentionMillis, StoreTables.Room room) {
    return new EmbeddedStore(new StoreTables(directory, maxLogBytes, retentionMillis, room));
  }

  /**
   * Restores lost index entries of ids and parents.
   *
   * @param inUse whether a server has used it already
   */
  private void mendIndexes(boolean inUse) throws IOException {
    boolean isLoss = tables.takeLoss();
    if (isLoss) {
      new Losses(this).note(inUse);
      hasLoss |= inUse;
    }
    if (!isLoss && ids.size() == jobs.size() && parents.size() == jobs.size()) {
      return;
    }
    for (long seq : keys(jobs)) {
      StoredJob job = soundJob(seq);
      if (job != null) {
        index(job);
      }
    }
    Set<Long> known = new HashSet<>(keys(jobs));
    for (long seq : keys(summaries)) {
      if (!known.contains(seq)) {
        summary(seq).ifPresent(summary -> indexParent(summary.parent(), seq));
      }
    }
    for (String id : keys(ids)) {
      Long seq = seqOf(id);
      if (seq == null || !known.contains(seq)) {
        ids.remove(id);
      }
    }
    for (String parent : keys(parents)) {
      long seq = StoreKeys.seqOfParentKey(parent);
      if (!known.contains(seq) && !summaries.contains(seq)) {
        parents.remove(parent);
      }
    }
    tables.commit();
  }

  private static <K> List<K> keys(StoreTable<K> table) {
    List<K> keys = new ArrayList<>();
    table.keys(null).forEachRemaining(keys::add);
    return keys;
  }

  @Override
  public String location() {
    return tables.file().toString();
  }

  @Override
  public void commit(List<Change> changes) {
    unapplied.addAll(changes);
    failing(
        () -> {
          lookIfOpenedAnew();
          for (Change next = unapplied.peek(); next != null; next = unapplied.peek()) {
            apply(next);
            unapplied.remove();
          }
          tables.commit();
          lookIfOpenedAnew();
          return null;
        });
    if (changes.stream().anyMatch(Change.ForgetJobs.class::isInstance) && endedJobs() == 0) {
      tables.shrink();
    }
  }

  @Override
  public void upkeep() {
    failing(
        () -> {
          lookIfOpenedAnew();
          tables.requireInPlace();
          lookIfOpenedAnew();
          return null;
        });
  }

  /** The files may be opened anew with every commit, since a save has found damage. */
  private void lookIfOpenedAnew() throws IOException {
    if (tables.ensureOpen() || tables.hasLoss()) {
      mendIndexes(true);
    }
  }

  @Override
  public boolean takeLoss() {
    boolean had = hasLoss;
    hasLoss = false;
    return had;
  }

  private void apply(Change change) throws IOException {
    if (change instanceof Change.PutJob put) {
      StoredJob job = put.job();
      jobs.put(job.seq(), StoredJson.write(job));
      index(job);
    } else if (change instanceof Change.PutResult put) {
      if (jobs.contains(put.seq())) {
        putResult(put.seq(), put.target(), put.outcome());
      }
    } else if (change instanceof Change.PutSummary put) {
      if (jobs.contains(put.seq())) {
        putSummary(put.seq(), put.summary());
      }
    } else if (change instanceof Change.CancelJobs cancel) {
      for (long seq : cancel.seqs()) {
        StoredJob job = soundJob(seq);
        if (job != null) {
          jobs.put(seq, StoredJson.write(job.asCancelled()));
        }
      }
    } else if (change instanceof Change.ForgetJobs forget) {
      List<RedoLog.Mutation> removals = new ArrayList<>();
      forget.seqs().forEach(seq -> forget(seq, removals::add));
      // Requests see the deletion only once it is durable.
      tables.commitAhead(removals);
    } else if (change instanceof Change.MakeGood held) {
      new Losses(this).makeGood(held);
    } else if (change instanceof Change.PutRun put) {
      runs.put(put.parent().toString(), Json.bytes(put.nodes()));
    } else if (change instanceof Change.PutProgress put) {
      runs.put(put.parent() + PROGRESS, Json.bytes(put.progress()));
    } else if (change instanceof Change.ForgetRun forget) {
      runs.remove(forget.parent().toString());
      runs.remove(forget.parent() + PROGRESS);
    } else if (change instanceof Change.PutNode put) {
      nodes.put(put.node().identity(), Json.bytes(put.node()));
    } else if (change instanceof Change.ForgetNode forget) {
      nodes.remove(forget.identity());
    }
  }

  private void index(StoredJob job) {
    ids.put(job.job().id().toString(), StoreKeys.number(job.seq()));
    indexParent(job.job().parent(), job.seq());
  }

  private void indexParent(Parent parent, long seq) {
    parents.put(StoreKeys.parentKey(parent.id(), seq), NOTHING);
  }

  /** Index entries are removed first, so that an interrupted deletion can be repeated. */
  private void forget(long seq, Consumer<RedoLog.Mutation> to) {
    if (jobs.contains(seq) || summaries.contains(seq)) {
      StoredJob job = soundJob(seq);
      if (job != null) {
        to.accept(ids.removal(job.job().id().toString()));
        to.accept(parents.removal(StoreKeys.parentKey(job.job().parent().id(), seq)));
      } else {
        keys(ids).stream()
            .filter(id -> Objects.equals(seqOf(id), seq))
            .forEach(id -> to.accept(ids.removal(id)));
        keys(parents).stream()
            .filter(key -> StoreKeys.seqOfParentKey(key) == seq)
            .forEach(key -> to.accept(parents.removal(key)));
      }
    }
    to.accept(summaries.removal(seq));
    resultKeys(seq).forEach(key -> to.accept(results.removal(key)));
    to.accept(jobs.removal(seq));
  }

  @Override
  public long usableBytes() {
    try {
      return StoreTables.usable(tables.file());
    } catch (IOException e) {
      throw new StoreException(
          "it cannot be asked how much room the disk has for the store: " + IoErrors.sayWhere(e),
          e);
    }
  }

  @Override
  public List<StoredNode> nodes() {
    return failing(
        () ->
            keys(nodes).stream()
                .map(key -> sound(nodes, key, json -> Json.read(json, StoredNode.class)))
                .filter(Objects::nonNull)
                .toList());
  }

  @Override
  public List<StoredJob> unended() {
    return failing(
        () ->
            keys(jobs).stream()
                .filter(seq -> !summaries.contains(seq))
                .map(this::soundJob)
                .filter(Objects::nonNull)
                .toList());
  }

  @Override
  public List<StoredRun> runs() {
    return failing(
        () ->
            keys(runs).stream()
                .filter(key -> !key.endsWith(PROGRESS))
                .map(this::run)
                .filter(Objects::nonNull)
                .toList());
  }

  /** Null if its nodes are lost. */
  private StoredRun run(String parent) {
    String[] nodes = sound(runs, parent, json -> Json.read(json, String[].class));
    RolloutProgress progress =
        sound(runs, parent + PROGRESS, json -> Json.read(json, RolloutProgress.class));
    return nodes == null ? null : new StoredRun(UUID.fromString(parent), List.of(nodes), progress);
  }

  @Override
  public long lastSeq() {
    return failing(
        () -> {
          Long job = jobs.lastKey();
          Long summary = summaries.lastKey();
          return Math.max(job == null ? 0 : job, summary == null ? 0 : summary);
        });
  }

  @Override
  public Optional<StoredJob> job(UUID id) {
    return failing(() -> Optional.ofNullable(seqOf(id.toString())).map(this::soundJob));
  }

  @Override
  public Optional<StoredJob> job(long seq) {
    return failing(() -> Optional.ofNullable(soundJob(seq)));
  }

  @Override
  public Optional<String> lost(String beginning) {
    return failing(
        () ->
            ids(lost.keys(beginning), beginning, MAX_LOST_TOLD).stream()
                .flatMap(
                    id -> lostJob(id.toString()).map(job -> job.sentence(id.toString())).stream())
                .reduce((one, other) -> one + "; " + other)
                .or(() -> lostJob(ANY_JOB).map(any -> any.sentenceOfAny(beginning))));
  }

  @Override
  public boolean wasDamaged() {
    return failing(() -> lostJob(ANY_JOB).isPresent());
  }

  private Optional<Losses.LostJob> lostJob(String key) {
    return Optional.ofNullable(sound(lost, key, json -> Json.read(json, Losses.LostJob.class)));
  }

  /** Those whose definitions are lost, by id. */
  Map<UUID, Losses.Found> lostJobs() {
    Map<UUID, Losses.Found> found = new LinkedHashMap<>();
    for (long seq : keys(summaries)) {
      JobSummary summary = summary(seq).orElse(null);
      if (summary != null && !jobs.contains(seq)) {
        found.put(summary.id(), new Losses.Found(seq, summary));
      }
    }
    for (String id : keys(ids)) {
      Long seq = seqOf(id);
      if (seq == null || !jobs.contains(seq)) {
        found.putIfAbsent(UUID.fromString(id), new Losses.Found(seq == null ? 0 : seq, null));
      }
    }
    return found;
  }

  /** Another job may get the number. Returns the numbers. */
  Set<Long> removeResultsOfNoJob() {
    Set<Long> found = new TreeSet<>();
    for (long key : keys(results)) {
      long seq = StoreKeys.seqOfResultKey(key);
      if (!jobs.contains(seq) && !summaries.contains(seq)) {
        results.remove(key);
        found.add(seq);
      }
    }
    return found;
  }

  List<StoredJob> allJobs() {
    return keys(jobs).stream().map(this::soundJob).filter(Objects::nonNull).toList();
  }

  /** That there was damage: jobs may be lost of which not even the id is left. */
  void putDamage(Instant foundAt) {
    lost.put(ANY_JOB, Json.bytes(new Losses.LostJob(null, foundAt)));
  }

  void putLost(UUID id, Losses.LostJob job) {
    if (lost.size() < MAX_LOST) {
      lost.put(id.toString(), Json.bytes(job));
    }
  }

  /** Whether it was missing. */
  boolean putBack(StoredNode node) throws IOException {
    if (nodes.contains(node.identity())) {
      return false;
    }
    nodes.put(node.identity(), Json.bytes(node));
    commitSome();
    return true;
  }

  /** Whether it was missing. */
  boolean putBack(StoredJob job) throws IOException {
    if (jobs.contains(job.seq())) {
      return false;
    }
    jobs.put(job.seq(), StoredJson.write(job));
    index(job);
    lost.remove(job.job().id().toString());
    commitSome();
    return true;
  }

  /** Commits if much is uncommitted, in the middle of a change that may be applied again. */
  void commitSome() throws IOException {
    tables.commitSome();
  }

  void putResult(long seq, int target, NodeOutcome outcome) {
    results.put(StoreKeys.resultKey(seq, target), StoredResult.write(outcome));
  }

  void putSummary(long seq, JobSummary summary) {
    summaries.put(seq, Json.bytes(summary));
  }

  @Override
  public void fromNewest(Predicate<StoredJob> visitor) {
    failing(
        () -> {
          Iterator<Long> keys = jobs.keysDownFrom(null);
          boolean more = true;
          while (more && keys.hasNext()) {
            StoredJob job = soundJob(keys.next());
            more = job == null || visitor.test(job);
          }
          return null;
        });
  }

  @Override
  public List<UUID> jobIds(String beginning, int max) {
    return failing(() -> List.copyOf(ids(ids.keys(beginning), beginning, max)));
  }

  @Override
  public List<UUID> parentIds(String beginning, int max) {
    return failing(() -> List.copyOf(ids(parents.keys(beginning), beginning, max)));
  }

  /** Each once, of keys that begin with them. */
  private static Set<UUID> ids(Iterator<String> keys, String beginning, int max) {
    Set<UUID> found = new LinkedHashSet<>();
    while (keys.hasNext() && found.size() < max) {
      String key = keys.next();
      if (!key.startsWith(beginning)) {
        break;
      }
      found.add(UUID.fromString(key.substring(0, ID_LENGTH)));
    }
    return found;
  }

  @Override
  public Set<Integer> answered(long seq) {
    return failing(
        () -> {
          Set<Integer> found = new TreeSet<>();
          resultKeys(seq).forEach(key -> found.add(StoreKeys.target(key)));
          return found;
        });
  }

  @Override
  public Optional<NodeOutcome> result(long seq, int target) {
    return failing(
        () -> {
          long key = StoreKeys.resultKey(seq, target);
          if (!results.contains(key)) {
            return Optional.empty();
          }
          NodeOutcome outcome = sound(results, key, StoredResult::read);
          return outcome != null ? Optional.of(outcome) : damagedResult(seq, target);
        });
  }

  /** Whether a result of this known job is lost. */
  private Optional<NodeOutcome> damagedResult(long seq, int target) {
    StoredJob job = soundJob(seq);
    if (job == null || target >= job.targets().size()) {
      return Optional.empty();
    }
    return Optional.of(Losses.lost(job.targets().get(target), null));
  }

  @Override
  public Optional<JobSummary> summary(long seq) {
    return failing(
        () ->
            Optional.ofNullable(sound(summaries, seq, json -> Json.read(json, JobSummary.class))));
  }

  @Override
  public List<Long> seqs(UUID parent) {
    return failing(
        () -> {
          if (parent == null) {
            return keys(summaries);
          }
          List<Long> seqs = new ArrayList<>();
          String last = StoreKeys.parentKey(parent, Long.MAX_VALUE);
          Iterator<String> keys = parents.keys(StoreKeys.parentKey(parent, 0));
          while (keys.hasNext()) {
            String key = keys.next();
            if (key.compareTo(last) > 0) {
              break;
            }
            seqs.add(StoreKeys.seqOfParentKey(key));
          }
          return seqs;
        });
  }

  @Override
  public int endedJobs(long before) {
    return failing(() -> summaries.countBefore(before));
  }

  @Override
  public List<Long> lastEnded(long before, int max) {
    return failing(
        () -> {
          List<Long> last = new ArrayList<>();
          Iterator<Long> keys = summaries.keysDownFrom(before - 1);
          while (keys.hasNext() && last.size() < max) {
            last.add(keys.next());
          }
          return last;
        });
  }

  @Override
  public int endedJobs() {
    return failing(summaries::size);
  }

  @Override
  public void close() {
    failing(
        () -> {
          tables.close();
          return null;
        });
  }

  /** Null if there is none, or it is damaged. */
  private StoredJob soundJob(long seq) {
    return sound(jobs, seq, StoredJson::read);
  }

  /** The number of the job of that id; null if there is none, or it is damaged. */
  private Long seqOf(String id) {
    return sound(ids, id, bytes -> ByteBuffer.wrap(bytes).getLong());
  }

  /** The value of the key as it is read by the reader; null if there is none, or it is damaged. */
  private <K, V> V sound(StoreTable<K> table, K key, Function<byte[], V> reader) {
    try {
      byte[] value = table.get(key);
      return value == null ? null : reader.apply(value);
    } catch (DamagedValueException | JacksonException | BufferUnderflowException e) {
      String what = table.name() + " " + key;
      if (told.add(what)) {
        LOG.log(
            Level.ERROR,
            "the store {0} is damaged: the entry {1} of {2} cannot be read and counts as missing;"
                + " the next start of the server keeps the file aside and makes a sound one",
            tables.file(),
            key,
            table.name());
      }
      return null;
    }
  }

  private List<Long> resultKeys(long seq) {
    long last = StoreKeys.resultKey(seq + 1, 0);
    Iterator<Long> keys = results.keys(StoreKeys.resultKey(seq, 0));
    List<Long> found = new ArrayList<>();
    while (keys.hasNext()) {
      long key = keys.next();
      if (key >= last) {
        break;
      }
      found.add(key);
    }
    return found;
  }

  /** An action that may fail. */
  private interface Work<T> {
    T run() throws IOException;
  }

  private <T> T failing(Work<T> work) {
    try {
      return work.run();
    } catch (StoreException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw tables.failed(e);
    }
  }
}
