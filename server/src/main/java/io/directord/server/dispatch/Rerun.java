package io.directord.server.dispatch;

import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTitle;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.Reruns;
import io.directord.common.api.Reruns.Which;
import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.JobText;
import io.directord.common.job.Outcome;
import io.directord.common.job.UrlPasswords;
import io.directord.common.storage.IoErrors;
import io.directord.common.target.FoldedNames;
import io.directord.common.validation.Counted;
import io.directord.common.validation.ErrorCode;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoredJob;
import io.directord.verbs.builtin.QueryComponent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The jobs that are to run again, as they were, in their order, each on the nodes where it did not
 * succeed. A node is chosen by the first job of a parent that did not succeed there; then all of
 * that parent's jobs that did not succeed there run again on it.
 *
 * @param id of a job or a parent
 * @param enrolled all nodes
 * @param limit the only nodes; null for no limit
 * @param contents says which content is still there
 */
record Rerun(
    UUID id, Reruns.Request wanted, Set<String> enrolled, Set<String> limit, Contents contents)
    implements Question<Rerun.Found> {

  /** The new jobs, and what is said about them. */
  record Found(List<Job> jobs, Reruns.Plan plan) {}

  /** A job, and why it did not succeed on nodes. */
  private record Kept(StoredJob stored, Map<String, Which> missed) {}

  @Override
  public Found answer(JobStore store) {
    Map<UUID, List<Kept>> parents = new LinkedHashMap<>();
    Set<String> everyNode = new TreeSet<>();
    int unended = 0;
    for (StoredJob stored : chosen(store)) {
      everyNode.addAll(stored.targets());
      Set<Integer> answered = store.answered(stored.seq());
      unended += answered.size() < stored.targets().size() ? 1 : 0;
      parents
          .computeIfAbsent(stored.job().parent().id(), parent -> new ArrayList<>())
          .add(new Kept(stored, missed(store, stored, answered)));
    }
    List<Job> jobs = new ArrayList<>();
    Set<String> nodes = new TreeSet<>();
    Set<String> forgotten = new TreeSet<>();
    Map<Which, Set<String>> reasons = new EnumMap<>(Which.class);
    parents.values().forEach(parent -> add(parent, jobs, nodes, forgotten, reasons));
    if (jobs.isEmpty() && !forgotten.isEmpty()) {
      throw new RefusedException(
          RefusedException.Kind.NOT_FOUND,
          ErrorCode.NOTHING_TO_RERUN,
          "nothing to run again: not enrolled any more: " + FoldedNames.text(forgotten));
    }
    if (jobs.isEmpty()) {
      throw new RefusedException(
          RefusedException.Kind.NOT_FOUND,
          ErrorCode.NOTHING_TO_RERUN,
          nothing(everyNode.size(), reasons, unended));
    }
    requireContent(jobs);
    var shown = jobs.stream().map(JobJson::write).map(UrlPasswords::hidden).toList();
    Reruns.Plan plan =
        new Reruns.Plan(
            id, shown, List.copyOf(nodes), everyNode.size(), unended, List.copyOf(forgotten));
    return new Found(jobs, plan);
  }

  /** In the order of submission; without those that the server makes by itself. */
  private List<StoredJob> chosen(JobStore store) {
    Optional<StoredJob> one = store.job(id);
    TreeMap<Long, StoredJob> chosen = new TreeMap<>();
    if (one.isPresent()) {
      chosen.put(one.get().seq(), one.get());
      if (wanted.together()) {
        addTogether(store, one.get(), chosen);
      }
    } else {
      for (long seq : store.seqs(id)) {
        store.job(seq).ifPresent(job -> chosen.put(seq, job));
      }
    }
    if (chosen.isEmpty()) {
      throw new RefusedException(
          RefusedException.Kind.NOT_FOUND,
          ErrorCode.UNKNOWN_JOB,
          store.lost(id.toString()).orElse("there is no job or parent " + id));
    }
    return chosen.values().stream().filter(job -> !QueryComponent.isCallback(job.job())).toList();
  }

  /** Jobs of one submission follow each other, and were submitted at the same moment. */
  private static void addTogether(JobStore store, StoredJob of, Map<Long, StoredJob> to) {
    for (int step : new int[] {-1, 1}) {
      for (long seq = of.seq() + step; ; seq += step) {
        Optional<StoredJob> next = store.job(seq);
        if (next.isEmpty()
            || !next.get().submittedAt().equals(of.submittedAt())
            || !next.get().submittedBy().equals(of.submittedBy())) {
          break;
        }
        to.put(seq, next.get());
      }
    }
  }

  /** Results are read only if some may be other than success. */
  private static Map<String, Which> missed(JobStore store, StoredJob job, Set<Integer> answered) {
    Optional<JobSummary> summary = store.summary(job.seq());
    if (summary.isPresent() && summary.get().failed() == 0) {
      return Map.of();
    }
    Map<String, Which> missed = new HashMap<>();
    for (int at : answered) {
      store
          .result(job.seq(), at)
          .filter(result -> result.state() == NodeOutcome.State.FAILED)
          .ifPresent(result -> missed.put(job.targets().get(at), which(result)));
    }
    return missed;
  }

  private static Which which(NodeOutcome result) {
    Outcome.Reason reason = result.reason();
    if (reason == Outcome.Reason.LOST || reason == Outcome.Reason.RESULT_LOST) {
      return Which.LOST;
    }
    boolean neverBegun = reason == Outcome.Reason.CANCELLED && result.startedAt() == null;
    return neverBegun || reason != null && reason.isOmission() ? Which.NOT_STARTED : Which.FAILED;
  }

  private void add(
      List<Kept> parent,
      List<Job> jobs,
      Set<String> nodes,
      Set<String> forgotten,
      Map<Which, Set<String>> reasons) {
    Map<String, Which> first = new HashMap<>();
    parent.forEach(job -> job.missed().forEach(first::putIfAbsent));
    if (limit != null) {
      first.keySet().retainAll(limit);
    }
    first.forEach((node, which) -> reasons.computeIfAbsent(which, w -> new TreeSet<>()).add(node));
    for (Kept job : parent) {
      List<String> again =
          job.stored().targets().stream()
              .filter(node -> job.missed().containsKey(node) && first.containsKey(node))
              .filter(node -> wanted.only().contains(first.get(node)))
              .filter(node -> isThere(node, job.stored(), forgotten))
              .toList();
      if (!again.isEmpty()) {
        jobs.add(anew(job.stored(), again));
        nodes.addAll(again);
      }
    }
  }

  /** Whether the node is enrolled, or is waited for by such a job; notes it otherwise. */
  private boolean isThere(String node, StoredJob job, Set<String> forgotten) {
    boolean isThere = enrolled.contains(node) || job.job().parent().options().deadline() != null;
    if (!isThere) {
      forgotten.add(node);
    }
    return isThere;
  }

  /**
   * The same job with new ids, for these nodes by name, whatever its targets were written as: an
   * expression may stand for others now. A query, which names the nodes that wait for it and goes
   * to more, goes to all of them that are enrolled.
   */
  private Job anew(StoredJob stored, List<String> again) {
    Job job = stored.job();
    boolean goesToOthers =
        !job.targets().isEmpty()
            && stored.targets().containsAll(job.targets())
            && !job.targets().containsAll(again);
    return new Job(
        anew(job.id()),
        job.fingerprint(),
        job.parent().withId(anew(job.parent().id())),
        job.name(),
        job.definition(),
        job.options().withStream(wanted.stream()),
        goesToOthers ? job.targets().stream().filter(enrolled::contains).toList() : again);
  }

  private UUID anew(UUID old) {
    String both = wanted.rerunId() + " " + old;
    return UUID.nameUUIDFromBytes(both.getBytes(StandardCharsets.US_ASCII));
  }

  private String nothing(int of, Map<Which, Set<String>> reasons, int unended) {
    String asked =
        wanted.only().stream().map(Which::word).sorted().collect(Collectors.joining(", "));
    String others =
        reasons.entrySet().stream()
            .map(one -> one.getKey().word() + " has " + Counted.of(one.getValue().size(), "node"))
            .collect(Collectors.joining(", "));
    return "nothing to run again for "
        + asked
        + ", of "
        + Counted.of(of, "node")
        + (others.isEmpty() ? "" : "; " + others)
        + (unended == 0 ? "" : "; " + Counted.of(unended, "job") + " not ended yet")
        + (limit == null ? "" : "; within the limit");
  }

  private void requireContent(List<Job> jobs) {
    Set<String> gone = new TreeSet<>();
    boolean hasSecret = false;
    for (Job job : jobs) {
      try {
        Set<String> missing = contents.missing(job);
        if (!missing.isEmpty()) {
          hasSecret |= JobText.bringsSecret(job);
          gone.add(
              JobText.bringsSecret(job)
                  ? JobTitle.of(job).line()
                  : job.verb() + " " + names(job, missing));
        }
      } catch (IOException e) {
        throw new RefusedException(
            RefusedException.Kind.FULL,
            ErrorCode.STORE_UNUSABLE,
            "the server cannot look for the content of jobs: " + IoErrors.sayWhere(e));
      }
    }
    if (!gone.isEmpty()) {
      throw new RefusedException(
          RefusedException.Kind.NOT_FOUND,
          ErrorCode.UNKNOWN_CONTENT,
          "the content of then is not kept any more: "
              + String.join("; ", gone)
              + ". Submit the job that delivers it again, for these nodes only"
              + (hasSecret ? "; secrets are never kept for longer than their job" : ""));
    }
  }

  private static String names(Job job, Set<String> missing) {
    String paths =
        SourceFile.in(job).stream()
            .filter(file -> missing.contains(file.sha256()))
            .map(SourceFile::path)
            .distinct()
            .collect(Collectors.joining(", "));
    return paths.isEmpty() ? String.join(", ", missing) : paths;
  }
}
