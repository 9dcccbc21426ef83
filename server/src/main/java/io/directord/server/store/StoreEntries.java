package io.directord.server.store;

import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.json.Json;
import io.directord.server.rolling.RolloutProgress;
import io.directord.server.schedule.ScheduleState;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What the tables hold: values are JSON, and outputs bytes, so that later versions can read them.
 * One thread writes, any thread reads. A damaged entry counts as missing.
 */
final class StoreEntries {
  /** Among the jobs that were lost, in the place of an id: any may have been. */
  private static final String ANY_JOB = "any";

  private static final String PROGRESS = "/progress";

  /** Of those that one beginning of an id may mean. */
  private static final int MAX_LOST_TOLD = 5;

  /** Of more lost jobs nothing is noted. */
  private static final int MAX_LOST = 10_000;

  private final StoreTables tables;
  private final EntryReader reader;
  private final StoreIndex index;
  private final StoreTable<String> nodes;
  private final StoreTable<Long> jobs;
  private final StoreTable<Long> results;
  private final StoreTable<Long> summaries;

  /** Lost jobs by id. */
  private final StoreTable<String> lost;

  /** Of parents that begin node by node, the nodes; and with a mark behind the id, the progress. */
  private final StoreTable<String> runs;

  private final StoreTable<String> tokens;

  /** By name; and with a mark behind the name, which no name has, how far each has come. */
  private final StoreTable<String> schedules;

  private final StoreTable<String> hookEvents;
  private final StoreTable<String> joinTokens;

  /**
   * @param tables not opened yet
   */
  StoreEntries(StoreTables tables) {
    this.tables = tables;
    reader = new EntryReader(tables.file());
    nodes = tables.byText("nodes");
    jobs = tables.byNumber("jobs");
    index = new StoreIndex(reader, tables.byText("ids"), tables.byText("parents"));
    results = tables.byNumber("results");
    summaries = tables.byNumber("summaries");
    lost = tables.byText("lost");
    runs = tables.byText("runs");
    tokens = tables.byText("tokens");
    schedules = tables.byText("schedules");
    hookEvents = tables.byText("hooks");
    joinTokens = tables.byText("join_tokens");
  }

  String location() {
    return tables.file().toString();
  }

  boolean isIndexed() {
    return index.isOf(jobs.size());
  }

  /** Restores lost index entries of ids and parents. Must be followed by a commit. */
  void mendIndexes() {
    allJobs().forEach(index::add);
    Set<Long> known = new HashSet<>(jobs.allKeys());
    Set<Long> ended = new HashSet<>(summaries.allKeys());
    for (long seq : ended) {
      if (!known.contains(seq)) {
        summary(seq).ifPresent(summary -> index.addParent(summary.parent(), seq));
      }
    }
    index.retain(known, ended);
  }

  /** Must be followed by a commit, and is repeated if that fails. */
  void apply(Change change) throws IOException {
    if (change instanceof Change.PutJob put) {
      StoredJob job = put.job();
      jobs.put(job.seq(), StoredJson.write(job));
      index.add(job);
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
    } else if (change instanceof Change.PutSchedule put) {
      schedules.put(put.schedule().name(), put.schedule().write());
      schedules.put(put.schedule().name() + PROGRESS, Json.bytes(put.state()));
    } else if (change instanceof Change.PutScheduleState put) {
      if (schedules.contains(put.name())) {
        schedules.put(put.name() + PROGRESS, Json.bytes(put.state()));
      }
    } else if (change instanceof Change.ForgetSchedule forget) {
      schedules.remove(forget.name());
      schedules.remove(forget.name() + PROGRESS);
    } else if (change instanceof Change.PutNode put) {
      nodes.put(put.node().identity(), Json.bytes(put.node()));
    } else if (change instanceof Change.ForgetNode forget) {
      nodes.remove(forget.identity());
    } else if (change instanceof Change.PutToken put) {
      tokens.put(put.token().name(), Json.bytes(put.token()));
    } else if (change instanceof Change.ForgetToken forget) {
      tokens.remove(forget.name());
    } else if (change instanceof Change.PutJoinToken put) {
      joinTokens.put(put.token().id(), Json.bytes(put.token()));
    } else if (change instanceof Change.ForgetJoinToken forget) {
      joinTokens.remove(forget.id());
    } else if (change instanceof Change.PutHookEvent put) {
      hookEvents.put(put.event().key(), Json.bytes(put.event()));
    } else if (change instanceof Change.ForgetHookEvent forget) {
      hookEvents.remove(forget.key());
    }
  }

  /** Index entries are removed first, so that an interrupted deletion can be repeated. */
  private void forget(long seq, Consumer<RedoLog.Mutation> to) {
    if (jobs.contains(seq) || summaries.contains(seq)) {
      index.forget(seq, soundJob(seq), to);
    }
    to.accept(summaries.removal(seq));
    resultKeys(seq).forEach(key -> to.accept(results.removal(key)));
    to.accept(jobs.removal(seq));
  }

  List<StoredNode> nodes() {
    return all(nodes, StoredNode.class);
  }

  List<StoredHookEvent> hookEvents() {
    return all(hookEvents, StoredHookEvent.class);
  }

  List<StoredToken> tokens() {
    return all(tokens, StoredToken.class);
  }

  List<StoredJoinToken> joinTokens() {
    return all(joinTokens, StoredJoinToken.class);
  }

  /** What is sound of a table of JSON. */
  private <T> List<T> all(StoreTable<String> table, Class<T> type) {
    return table.allKeys().stream()
        .map(key -> reader.read(table, key, json -> Json.read(json, type)))
        .filter(Objects::nonNull)
        .toList();
  }

  List<StoredJob> unended() {
    return jobs.allKeys().stream()
        .filter(seq -> !summaries.contains(seq))
        .map(this::soundJob)
        .filter(Objects::nonNull)
        .toList();
  }

  List<StoredRun> runs() {
    return runs.allKeys().stream()
        .filter(key -> !key.endsWith(PROGRESS))
        .map(this::run)
        .filter(Objects::nonNull)
        .toList();
  }

  /** Null if its nodes are lost. */
  private StoredRun run(String parent) {
    String[] nodes = reader.read(runs, parent, json -> Json.read(json, String[].class));
    RolloutProgress progress =
        reader.read(runs, parent + PROGRESS, json -> Json.read(json, RolloutProgress.class));
    return nodes == null ? null : new StoredRun(UUID.fromString(parent), List.of(nodes), progress);
  }

  List<StoredSchedule.Kept> schedules() {
    return schedules.allKeys().stream()
        .filter(key -> !key.endsWith(PROGRESS))
        .map(this::schedule)
        .filter(Objects::nonNull)
        .toList();
  }

  /** Null if it is lost. */
  private StoredSchedule.Kept schedule(String name) {
    StoredSchedule schedule = reader.read(schedules, name, StoredSchedule::read);
    ScheduleState state =
        reader.read(schedules, name + PROGRESS, json -> Json.read(json, ScheduleState.class));
    return schedule == null ? null : schedule.kept(state);
  }

  long lastSeq() {
    Long job = jobs.lastKey();
    Long summary = summaries.lastKey();
    return Math.max(job == null ? 0 : job, summary == null ? 0 : summary);
  }

  Optional<StoredJob> job(UUID id) {
    return Optional.ofNullable(index.seqOf(id.toString())).map(this::soundJob);
  }

  Optional<StoredJob> job(long seq) {
    return Optional.ofNullable(soundJob(seq));
  }

  Optional<String> lost(String beginning) {
    return StoreIndex.idsOf(lost, beginning, MAX_LOST_TOLD).stream()
        .flatMap(id -> lostJob(id.toString()).map(job -> job.sentence(id.toString())).stream())
        .reduce((one, other) -> one + "; " + other)
        .or(() -> lostJob(ANY_JOB).map(any -> any.sentenceOfAny(beginning)));
  }

  boolean wasDamaged() {
    return lostJob(ANY_JOB).isPresent();
  }

  private Optional<Losses.LostJob> lostJob(String key) {
    return Optional.ofNullable(
        reader.read(lost, key, json -> Json.read(json, Losses.LostJob.class)));
  }

  /** Those whose definitions are lost, by id. */
  Map<UUID, Losses.Found> lostJobs() {
    Map<UUID, Losses.Found> found = new LinkedHashMap<>();
    for (long seq : summaries.allKeys()) {
      JobSummary summary = summary(seq).orElse(null);
      if (summary != null && !jobs.contains(seq)) {
        found.put(summary.id(), new Losses.Found(seq, summary));
      }
    }
    for (String id : index.allIds()) {
      Long seq = index.seqOf(id);
      if (seq == null || !jobs.contains(seq)) {
        found.putIfAbsent(UUID.fromString(id), new Losses.Found(seq == null ? 0 : seq, null));
      }
    }
    return found;
  }

  /** Another job may get the number. Returns the numbers. */
  Set<Long> removeResultsOfNoJob() {
    Set<Long> found = new TreeSet<>();
    for (long key : results.allKeys()) {
      long seq = StoreKeys.seqOfResultKey(key);
      if (!jobs.contains(seq) && !summaries.contains(seq)) {
        results.remove(key);
        found.add(seq);
      }
    }
    return found;
  }

  List<StoredJob> allJobs() {
    return jobs.allKeys().stream().map(this::soundJob).filter(Objects::nonNull).toList();
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
    index.add(job);
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

  void fromNewest(Predicate<StoredJob> visitor) {
    Iterator<Long> keys = jobs.keysDownFrom(null);
    boolean more = true;
    while (more && keys.hasNext()) {
      StoredJob job = soundJob(keys.next());
      more = job == null || visitor.test(job);
    }
  }

  List<UUID> jobIds(String beginning, int max) {
    return index.jobIds(beginning, max);
  }

  List<UUID> parentIds(String beginning, int max) {
    return index.parentIds(beginning, max);
  }

  /** The targets of the job that have results. */
  Set<Integer> answered(long seq) {
    Set<Integer> found = new TreeSet<>();
    resultKeys(seq).forEach(key -> found.add(StoreKeys.target(key)));
    return found;
  }

  Optional<NodeOutcome> result(long seq, int target) {
    long key = StoreKeys.resultKey(seq, target);
    if (!results.contains(key)) {
      return Optional.empty();
    }
    NodeOutcome outcome = reader.read(results, key, StoredResult::read);
    return outcome != null ? Optional.of(outcome) : damagedResult(seq, target);
  }

  /** Whether a result of this known job is lost. */
  private Optional<NodeOutcome> damagedResult(long seq, int target) {
    StoredJob job = soundJob(seq);
    if (job == null || target >= job.targets().size()) {
      return Optional.empty();
    }
    return Optional.of(Losses.lost(job.targets().get(target), null));
  }

  Optional<JobSummary> summary(long seq) {
    return Optional.ofNullable(
        reader.read(summaries, seq, json -> Json.read(json, JobSummary.class)));
  }

  /** Of a parent, or of all jobs that have ended if that is null. */
  List<Long> seqs(UUID parent) {
    return parent == null ? summaries.allKeys() : index.seqs(parent);
  }

  int endedJobs() {
    return summaries.size();
  }

  int endedJobs(long before) {
    return summaries.countBefore(before);
  }

  List<Long> lastEnded(long before, int max) {
    List<Long> last = new ArrayList<>();
    Iterator<Long> keys = summaries.keysDownFrom(before - 1);
    while (keys.hasNext() && last.size() < max) {
      last.add(keys.next());
    }
    return last;
  }

  /** Null if there is none, or it is damaged. */
  private StoredJob soundJob(long seq) {
    return reader.read(jobs, seq, StoredJson::read);
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
}
