package io.directord.server.dispatch;

import io.directord.common.config.HookSettings;
import io.directord.common.job.Job;
import io.directord.common.job.Parent;
import io.directord.common.json.Json;
import io.directord.common.validation.Quoted;
import io.directord.server.store.Change;
import io.directord.server.store.StoredHookEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * Decides which events hooks are told. An event is in the store together with what has happened,
 * until it was delivered ({@link HookQueue}); so each is delivered at least once, whatever ends the
 * server. Nothing is in it that may be secret: neither arguments nor output.
 */
final class HookBook {
  /** Characters of a name that somebody has chosen, so that an event fits into a pipe. */
  static final int MAX_NAME = 200;

  private final KeptJobs kept;
  private final List<HookQueue> queues = new ArrayList<>();
  private final Map<UUID, Run> runs = new HashMap<>();
  private long lastSeq;

  /** Jobs of a run that have not ended, and those that have failed. */
  private static final class Run {
    int open;
    final Set<UUID> failed = new HashSet<>();
  }

  HookBook(HookSettings settings, KeptJobs kept) {
    this.kept = kept;
    settings.hooks().forEach(hook -> queues.add(new HookQueue(hook)));
  }

  /** Others are told from now on; what waits for those that are gone is forgotten. */
  void replace(HookSettings settings, Turn turn) {
    Map<String, HookQueue> before = new HashMap<>();
    queues.forEach(queue -> before.put(queue.name(), queue));
    queues.clear();
    for (HookSettings.Hook hook : settings.hooks()) {
      HookQueue queue = before.remove(hook.name());
      if (queue == null) {
        queue = new HookQueue(hook);
      }
      queue.define(hook);
      queues.add(queue);
    }
    before.values().forEach(gone -> gone.forget(turn));
  }

  /** Restores what was not delivered; once, before anything else happens. */
  void recover(List<StoredHookEvent> events, Turn turn) {
    for (StoredHookEvent event : events) {
      lastSeq = Math.max(lastSeq, event.seq());
      HookQueue queue = find(event.hook());
      if (queue == null) {
        turn.change(new Change.ForgetHookEvent(event.key()));
      } else {
        queue.add(event);
        turn.whenDurable(new Step.Do(new Effect.TellHook(event)));
      }
    }
    put("server.started", null, Json.object(), turn);
  }

  private HookQueue find(String hook) {
    return queues.stream().filter(one -> one.name().equals(hook)).findFirst().orElse(null);
  }

  /** It was delivered, or given up. */
  void delivered(StoredHookEvent event, Turn turn) {
    HookQueue queue = find(event.hook());
    // Of one that is gone it was forgotten before.
    if (queue != null) {
      queue.remove(event, turn);
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
    List<String> names = live.failedOn(HookQueue.MAX_NAMES);
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
    for (HookQueue queue : queues) {
      if (!nodes.isEmpty() && queue.gather(lastSeq + 1, type, nodes, turn)) {
        lastSeq++;
      }
    }
  }

  /** Called about once a second. */
  void tick(Turn turn) {
    queues.forEach(queue -> queue.tick(turn));
  }

  private void put(String type, UUID run, ObjectNode data, Turn turn) {
    for (HookQueue queue : queues) {
      if (queue.put(lastSeq + 1, type, run, data, turn)) {
        lastSeq++;
      }
    }
  }
}
