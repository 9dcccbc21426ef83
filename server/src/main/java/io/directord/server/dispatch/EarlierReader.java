package io.directord.server.dispatch;

import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.target.Expression;
import io.directord.common.target.Expression.Ending;
import io.directord.common.target.Target;
import io.directord.common.validation.Counted;
import io.directord.common.validation.ErrorCode;
import io.directord.server.node.EarlierResults;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoredJob;
import io.directord.verbs.builtin.QueryComponent;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Reads what targets ask of earlier jobs, before the core resolves them. Reads the store, so that
 * it knows of results that callers may know of too.
 */
final class EarlierReader {
  private static final String LAST = "last";
  private static final int SHORT_ID = 8;

  private final JobStore store;

  EarlierReader(JobStore store) {
    this.store = store;
  }

  /** The results that the jobs' targets and the limit ask for. */
  EarlierResults read(List<Job> jobs, List<String> limit) {
    Set<List<String>> lists = new HashSet<>();
    lists.add(limit);
    jobs.forEach(job -> lists.add(job.targets()));
    Set<String> references = new LinkedHashSet<>();
    for (List<String> list : lists) {
      for (Target target : Target.of(list)) {
        if (target instanceof Target.Matching matching) {
          collect(matching.expression(), references);
        }
      }
    }
    Map<String, EarlierResults.Found> found = new HashMap<>();
    references.forEach(reference -> found.put(reference, find(reference)));
    return found.isEmpty() ? EarlierResults.NONE : new EarlierResults(found);
  }

  private static void collect(Expression expression, Set<String> references) {
    if (expression instanceof Expression.Results results) {
      references.add(results.reference());
    } else if (expression instanceof Expression.Not not) {
      collect(not.operand(), references);
    } else if (expression instanceof Expression.And and) {
      and.operands().forEach(operand -> collect(operand, references));
    } else if (expression instanceof Expression.Or or) {
      or.operands().forEach(operand -> collect(operand, references));
    }
  }

  private EarlierResults.Found find(String reference) {
    try {
      return of(reference.equals(LAST) ? lastRun() : referred(reference));
    } catch (RefusedException e) {
      return new EarlierResults.Unknown(e.getMessage());
    }
  }

  /** The jobs that were submitted together with the newest one. */
  private List<StoredJob> lastRun() {
    List<StoredJob> run = new ArrayList<>();
    store.fromNewest(
        stored -> {
          if (QueryComponent.isCallback(stored.job())) {
            return true;
          }
          boolean same =
              run.isEmpty()
                  || run.get(0).submittedAt().equals(stored.submittedAt())
                      && run.get(0).submittedBy().equals(stored.submittedBy());
          if (same) {
            run.add(stored);
          }
          return same;
        });
    if (run.isEmpty()) {
      throw new RefusedException(
          RefusedException.Kind.NOT_FOUND, ErrorCode.UNKNOWN_JOB, "there is no job yet");
    }
    return run;
  }

  private List<StoredJob> referred(String reference) {
    UUID id =
        References.whole(reference).orElseGet(() -> new References(store).find(reference, false));
    Optional<StoredJob> job = store.job(id);
    if (job.isPresent()) {
      return List.of(job.get());
    }
    List<StoredJob> ofParent = new ArrayList<>();
    for (long seq : store.seqs(id)) {
      store.job(seq).ifPresent(ofParent::add);
    }
    if (ofParent.isEmpty()) {
      throw new RefusedException(
          RefusedException.Kind.NOT_FOUND,
          ErrorCode.UNKNOWN_JOB,
          store.lost(id.toString()).orElse("there is no job or parent " + id));
    }
    return ofParent;
  }

  private EarlierResults.Found of(List<StoredJob> jobs) {
    Map<Ending, Set<String>> nodes = new EnumMap<>(Ending.class);
    Set<String> all = new HashSet<>();
    Set<String> wanting = new HashSet<>();
    for (StoredJob job : jobs) {
      all.addAll(job.targets());
      JobSummary summary = store.summary(job.seq()).orElse(null);
      if (summary == null || summary.succeeded() < summary.targets()) {
        add(job, nodes, wanting);
      }
    }
    all.removeAll(wanting);
    nodes.put(Ending.OK, all);
    return new EarlierResults.Nodes(title(jobs), nodes);
  }

  /**
   * @param wanting receives nodes on which it has not succeeded
   */
  private void add(StoredJob job, Map<Ending, Set<String>> nodes, Set<String> wanting) {
    Set<Integer> answered = store.answered(job.seq());
    for (int i = 0; i < job.targets().size(); i++) {
      NodeOutcome result = answered.contains(i) ? store.result(job.seq(), i).orElse(null) : null;
      if (result == null || result.state() == NodeOutcome.State.FAILED) {
        wanting.add(job.targets().get(i));
      }
      if (result != null && result.state() == NodeOutcome.State.FAILED) {
        boolean lost = result.reason() == Outcome.Reason.LOST;
        nodes
            .computeIfAbsent(lost ? Ending.LOST : Ending.FAILED, ending -> new HashSet<>())
            .add(job.targets().get(i));
      }
    }
  }

  private static String title(List<StoredJob> jobs) {
    String one = jobs.get(0).job().id().toString().substring(0, SHORT_ID);
    return jobs.size() == 1
        ? "job " + one
        : Counted.of(jobs.size(), "job") + ", one of them " + one;
  }
}
