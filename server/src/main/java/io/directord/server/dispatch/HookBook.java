package io.directord.server.dispatch;

import io.directord.common.config.HookSettings;
import io.directord.common.job.Job;
import io.directord.common.job.Parent;
import io.directord.common.json.Json;
import io.directord.common.validation.Quoted;
import io.directord.server.store.Change;
import io.directord.server.store.StoredHookEvent;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * Decides what hooks are told. What they are to be told is in the store together with what has
 * happened, until it was delivered; so each event is delivered at least once, whatever ends the
 * server. Nothing is in it that may be secret: neither arguments nor output.
 */
final class HookBook {
  static final int VERSION = 1;

  /** Events of a hook that wait; more are left out, and counted. */
  static final int MAX_EVENTS = 10_000;

  static final long MAX_BYTES = 16 << 20;

  /** Names of nodes in an event; of more only the number is told. */
  static final int MAX_NAMES = 100;

  /** Characters of a name that somebody has chosen, so that an event fits into a pipe. */
  static final int MAX_NAME = 200;

  /** Nodes that are lost, or join, within that time share an event. */
  static final Duration GATHERING = Duration.ofSeconds(5);

  /** The same soon after such an event. */
  static final Duration GATHERING_MORE = Duration.ofSeconds(60);

  private final KeptJobs kept;
  private final List<Queue> queues = new ArrayList<>();
  private final Map<UUID, Run> runs = new HashMap<>();
  private long lastSeq;

  /** Jobs of a run that have not ended, and those that have failed. */
  private static final class Run {
    int open;
    final Set<UUID> failed = new HashSet<>();
  }

  /** What waits for a hook. */
  private static final class Queue {
    HookSettings.Hook hook;
    final Map<String, Integer> bytes = new HashMap<>();
    final Map<String, Gathered> gathered = new LinkedHashMap<>();
    final Map<String, Moment> told = new HashMap<>();
    long allBytes;
    int dropped;

    Queue(HookSettings.Hook hook) {
      this.hook = hook;
    }

    boolean hasRoom() {
      return bytes.size() < MAX_EVENTS && allBytes < MAX_BYTES;
    }

    void add(StoredHookEvent event) {
      int size = event.body().length();
      Integer before = bytes.put(event.key(), size);
      allBytes += size - (before == null ? 0 : before);
    }

    void remove(String key) {
      Integer size = bytes.remove(key);
      allBytes -= size == null ? 0 : size;
    }
  }

  /** Nodes that share an event, which is in the store and not delivered yet. */
  private static final class Gathered {
    final List<String> names = new ArrayList<>();
    StoredHookEvent event;
    int count;
    int dropped;
    Moment due;
  }

  HookBook(HookSettings settings, KeptJobs kept) {
    this.kept = kept;
    settings.hooks().forEach(hook -> queues.add(new Queue(hook)));
  }

  /** Others are told from now on; what waits for those that are gone is forgotten. */
  void replace(HookSettings settings, Turn turn) {
    Map<String, Queue> before = new HashMap<>();
    queues.forEach(queue -> before.put(queue.hook.name(), queue));
    queues.clear();
    for (HookSettings.Hook hook : settings.hooks()) {
      Queue queue = before.remove(hook.name());
      if (queue == null) {
        queue = new Queue(hook);
      }
      queue.hook = hook;
      queues.add(queue);
    }
    before
        .values()
        .forEach(
            gone ->
                gone.bytes.keySet().forEach(key -> turn.change(new Change.ForgetHookEvent(key))));
  }

  /** Restores what was not delivered; once, before anything else happens. */
  void recover(List<StoredHookEvent> events, Turn turn) {
    for (StoredHookEvent event : events) {
      lastSeq = Math.max(lastSeq, event.seq());
      Queue queue = find(event.hook());
      if (queue == null) {
        turn.change(new Change.ForgetHookEvent(event.key()));
      } else {
        queue.add(event);
        turn.whenDurable(new Step.Do(new Effect.TellHook(event)));
      }
    }
    put("server.started", null, Json.object(), turn);
  }

  private Queue find(String hook) {
    return queues.stream().filter(one -> one.hook.name().equals(hook)).findFirst().orElse(null);
  }

  /** It was delivered, or given up. */
  void delivered(StoredHookEvent event, Turn turn) {
    Queue queue = find(event.hook());
    // Of one that is gone it was forgotten before.
    if (queue != null) {
      queue.remove(event.key());
      turn.change(new Change.ForgetHookEvent(event.key()));
    }
  }

  /** A job has not ended. */
  void entered(LiveJob job) {
    runs.computeIfAbsent(job.parentId(), id -> new Run()).open++;
  }

  /** The last target of a job has ended, in this turn. */
  void ended(LiveJob job, Turn turn) {
    Run run = runs.get(job.parentId());
    if (run == null) {
      return;
    }
    boolean failed = job.summary().failed() > 0;
    if (failed) {
      run.failed.add(job.id());
    }
    if (failed && !job.job().isDryRun()) {
      put("job.failed", job.parentId(), failure(job), turn);
    }
    run.open--;
    if (run.open == 0) {
      runs.remove(job.parentId());
      if (!job.job().isDryRun()) {
        put("run.ended", job.parentId(), end(job, run), turn);
      }
    }
  }

  private static ObjectNode failure(LiveJob live) {
    Job job = live.job();
    List<String> names = live.failedOn(MAX_NAMES);
    ObjectNode data = run(live);
    data.put("job", job.id().toString()).put("verb", job.verb());
    data.put("job_name", begin(job.name()));
    data.put("targets", live.summary().targets()).put("failed", live.summary().failed());
    names.forEach(data.putArray("failed_nodes")::add);
    return data;
  }

  private ObjectNode end(LiveJob live, Run run) {
    Set<UUID> failed = new HashSet<>(run.failed);
    List<KeptJobs.Kept> all = kept.ofParent(live.parentId());
    all.stream().filter(KeptJobs.Kept::hasFailed).map(KeptJobs.Kept::id).forEach(failed::add);
    return run(live).put("jobs", all.size()).put("jobs_failed", failed.size());
  }

  private static ObjectNode run(LiveJob live) {
    Parent parent = live.job().parent();
    return Json.object()
        .put("run", parent.id().toString())
        .put("run_name", begin(parent.name()))
        .put("submitted_by", live.summary().origin().submittedBy());
  }

  private static String begin(String name) {
    return name == null ? null : Quoted.begin(name, MAX_NAME);
  }

  /** Nodes have expired. */
  void lost(List<String> nodes, Turn turn) {
    gather("node.lost", nodes, turn);
  }

  /** A node has enrolled, or has come back after it had expired. */
  void joined(String node, Turn turn) {
    gather("node.joined", List.of(node), turn);
  }

  private void gather(String type, List<String> nodes, Turn turn) {
    for (Queue queue : queues) {
      if (nodes.isEmpty() || !queue.hook.on().contains(type)) {
        continue;
      }
      Gathered all = queue.gathered.get(type);
      if (all == null) {
        if (!queue.hasRoom()) {
          drop(queue, turn);
          continue;
        }
        all = new Gathered();
        all.due = due(queue.told.get(type), turn.now());
        all.dropped = taken(queue);
        queue.gathered.put(type, all);
        lastSeq++;
      }
      all.count += nodes.size();
      nodes.stream().limit(Math.max(0, MAX_NAMES - all.names.size())).forEach(all.names::add);
      ObjectNode data = Json.object().put("nodes", all.count);
      all.names.forEach(data.putArray("names")::add);
      all.event =
          event(
              queue,
              all.event == null ? lastSeq : all.event.seq(),
              type,
              null,
              data,
              all.dropped,
              turn.now());
      keep(queue, all.event, turn);
    }
  }

  private static Moment due(Moment toldLast, Moment now) {
    Moment soon = now.plus(GATHERING);
    Moment later = toldLast == null ? soon : toldLast.plus(GATHERING_MORE);
    return later.isBefore(soon) ? soon : later;
  }

  /** A second or so has passed. */
  void tick(Turn turn) {
    for (Queue queue : queues) {
      queue
          .gathered
          .entrySet()
          .removeIf(
              one -> {
                boolean isDue = !turn.now().isBefore(one.getValue().due);
                if (isDue) {
                  queue.told.put(one.getKey(), turn.now());
                  turn.whenDurable(new Step.Do(new Effect.TellHook(one.getValue().event)));
                }
                return isDue;
              });
    }
  }

  private void put(String type, UUID run, ObjectNode data, Turn turn) {
    for (Queue queue : queues) {
      if (!queue.hook.on().contains(type)) {
        continue;
      }
      if (!queue.hasRoom()) {
        drop(queue, turn);
        continue;
      }
      lastSeq++;
      StoredHookEvent event = event(queue, lastSeq, type, run, data, taken(queue), turn.now());
      keep(queue, event, turn);
      turn.whenDurable(new Step.Do(new Effect.TellHook(event)));
    }
  }

  private static void drop(Queue queue, Turn turn) {
    queue.dropped++;
    turn.effect(new Effect.HookDropped(queue.hook.name(), 1));
  }

  /** How many were left out before the next event, which says so. */
  private static int taken(Queue queue) {
    int dropped = queue.dropped;
    queue.dropped = 0;
    return dropped;
  }

  private static void keep(Queue queue, StoredHookEvent event, Turn turn) {
    queue.add(event);
    turn.change(new Change.PutHookEvent(event));
  }

  private static StoredHookEvent event(
      Queue queue, long seq, String type, UUID run, ObjectNode data, int dropped, Moment now) {
    ObjectNode body =
        Json.object()
            .put("type", type)
            .put("version", VERSION)
            .put("timestamp", now.instant().toString());
    if (dropped > 0) {
      body.put("dropped", dropped);
    }
    body.set("data", data);
    return new StoredHookEvent(queue.hook.name(), seq, type, run, now.instant(), body.toString());
  }
}
