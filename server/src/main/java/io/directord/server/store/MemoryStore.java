package io.directord.server.store;

import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Keeps everything in memory only. */
public final class MemoryStore implements JobStore {
  private final Map<String, StoredNode> nodes = new ConcurrentHashMap<>();
  private final NavigableMap<Long, StoredJob> jobs = new ConcurrentSkipListMap<>();
  private final Map<UUID, StoredJob> byId = new ConcurrentHashMap<>();
  private final Map<UUID, NavigableMap<Long, Boolean>> byParent = new ConcurrentHashMap<>();
  private final Map<Long, Map<Integer, NodeOutcome>> results = new ConcurrentHashMap<>();
  private final NavigableMap<Long, JobSummary> summaries = new ConcurrentSkipListMap<>();
  private final Map<UUID, StoredRun> runs = new ConcurrentHashMap<>();
  private final Map<String, StoredToken> tokens = new ConcurrentHashMap<>();
  private final Map<String, StoredJoinToken> joinTokens = new ConcurrentHashMap<>();
  private final Map<String, StoredHookEvent> hookEvents = new ConcurrentSkipListMap<>();
  private final Map<String, StoredSchedule.Kept> schedules = new ConcurrentSkipListMap<>();
  private volatile long lastSeq;

  @Override
  public String location() {
    return "memory";
  }

  @Override
  public void commit(List<Change> changes) {
    changes.forEach(this::apply);
  }

  private void apply(Change change) {
    if (change instanceof Change.PutJob put) {
      put(put.job());
    } else if (change instanceof Change.PutResult put) {
      if (jobs.containsKey(put.seq())) {
        results
            .computeIfAbsent(put.seq(), seq -> new ConcurrentHashMap<>())
            .put(put.target(), put.outcome());
      }
    } else if (change instanceof Change.PutSummary put) {
      if (jobs.containsKey(put.seq())) {
        summaries.put(put.seq(), put.summary());
      }
    } else if (change instanceof Change.CancelJobs cancel) {
      cancel.seqs().stream().map(jobs::get).filter(Objects::nonNull).forEach(this::cancel);
    } else if (change instanceof Change.ForgetJobs forget) {
      forget.seqs().forEach(this::forget);
    } else if (change instanceof Change.MakeGood) {
      throw new IllegalArgumentException("memory loses nothing");
    } else if (change instanceof Change.PutRun put) {
      runs.put(put.parent(), new StoredRun(put.parent(), put.nodes(), null));
    } else if (change instanceof Change.PutProgress put) {
      runs.computeIfPresent(
          put.parent(), (id, run) -> new StoredRun(id, run.nodes(), put.progress()));
    } else if (change instanceof Change.ForgetRun forget) {
      runs.remove(forget.parent());
    } else if (change instanceof Change.PutSchedule put) {
      StoredSchedule schedule = put.schedule();
      schedules.put(schedule.name(), new StoredSchedule.Kept(schedule, put.state()));
    } else if (change instanceof Change.PutScheduleState put) {
      schedules.computeIfPresent(
          put.name(), (name, kept) -> new StoredSchedule.Kept(kept.schedule(), put.state()));
    } else if (change instanceof Change.ForgetSchedule forget) {
      schedules.remove(forget.name());
    } else if (change instanceof Change.PutNode put) {
      nodes.put(put.node().identity(), put.node());
    } else if (change instanceof Change.ForgetNode forget) {
      nodes.remove(forget.identity());
    } else if (change instanceof Change.PutToken put) {
      tokens.put(put.token().name(), put.token());
    } else if (change instanceof Change.ForgetToken forget) {
      tokens.remove(forget.name());
    } else if (change instanceof Change.PutJoinToken put) {
      joinTokens.put(put.token().id(), put.token());
    } else if (change instanceof Change.ForgetJoinToken forget) {
      joinTokens.remove(forget.id());
    } else if (change instanceof Change.PutHookEvent put) {
      hookEvents.put(put.event().key(), put.event());
    } else if (change instanceof Change.ForgetHookEvent forget) {
      hookEvents.remove(forget.key());
    }
  }

  private void put(StoredJob job) {
    jobs.put(job.seq(), job);
    byId.put(job.job().id(), job);
    byParent
        .computeIfAbsent(job.job().parent().id(), id -> new ConcurrentSkipListMap<>())
        .put(job.seq(), true);
    lastSeq = Math.max(lastSeq, job.seq());
  }

  private void cancel(StoredJob job) {
    put(job.asCancelled());
  }

  private void forget(long seq) {
    summaries.remove(seq);
    results.remove(seq);
    StoredJob job = jobs.remove(seq);
    if (job != null) {
      byId.remove(job.job().id());
      byParent.computeIfPresent(
          job.job().parent().id(),
          (id, seqs) -> {
            seqs.remove(seq);
            return seqs.isEmpty() ? null : seqs;
          });
    }
  }

  @Override
  public long usableBytes() {
    return Long.MAX_VALUE;
  }

  @Override
  public OptionalLong sizeBytes() {
    return OptionalLong.empty();
  }

  @Override
  public List<StoredNode> nodes() {
    return List.copyOf(nodes.values());
  }

  @Override
  public List<StoredHookEvent> hookEvents() {
    return List.copyOf(hookEvents.values());
  }

  @Override
  public List<StoredJoinToken> joinTokens() {
    return List.copyOf(joinTokens.values());
  }

  @Override
  public List<StoredToken> tokens() {
    return List.copyOf(tokens.values());
  }

  @Override
  public List<StoredJob> unended() {
    return jobs.values().stream().filter(job -> !summaries.containsKey(job.seq())).toList();
  }

  @Override
  public List<StoredRun> runs() {
    return List.copyOf(runs.values());
  }

  @Override
  public List<StoredSchedule.Kept> schedules() {
    return List.copyOf(schedules.values());
  }

  @Override
  public long lastSeq() {
    return lastSeq;
  }

  @Override
  public Optional<StoredJob> job(UUID id) {
    return Optional.ofNullable(byId.get(id));
  }

  @Override
  public void fromNewest(Predicate<StoredJob> visitor) {
    for (StoredJob stored : jobs.descendingMap().values()) {
      if (!visitor.test(stored)) {
        return;
      }
    }
  }

  @Override
  public List<UUID> jobIds(String beginning, int max) {
    return beginning(byId.keySet(), beginning, max);
  }

  @Override
  public List<UUID> parentIds(String beginning, int max) {
    return beginning(byParent.keySet(), beginning, max);
  }

  private static List<UUID> beginning(Set<UUID> ids, String beginning, int max) {
    return ids.stream()
        .filter(id -> id.toString().startsWith(beginning))
        .sorted(Comparator.comparing(UUID::toString))
        .limit(max)
        .toList();
  }

  @Override
  public Optional<StoredJob> job(long seq) {
    return Optional.ofNullable(jobs.get(seq));
  }

  @Override
  public Set<Integer> answered(long seq) {
    return new TreeSet<>(results.getOrDefault(seq, Map.of()).keySet());
  }

  @Override
  public Optional<NodeOutcome> result(long seq, int target) {
    return Optional.ofNullable(results.getOrDefault(seq, Map.of()).get(target));
  }

  @Override
  public Optional<JobSummary> summary(long seq) {
    return Optional.ofNullable(summaries.get(seq));
  }

  @Override
  public List<Long> seqs(UUID parent) {
    if (parent == null) {
      return List.copyOf(summaries.keySet());
    }
    return Stream.ofNullable(byParent.get(parent)).flatMap(seqs -> seqs.keySet().stream()).toList();
  }

  @Override
  public int endedJobs(long before) {
    return summaries.headMap(before).size();
  }

  @Override
  public List<Long> lastEnded(long before, int max) {
    return summaries.headMap(before, false).descendingMap().keySet().stream().limit(max).toList();
  }

  @Override
  public int endedJobs() {
    return summaries.size();
  }

  @Override
  public void close() {}
}
