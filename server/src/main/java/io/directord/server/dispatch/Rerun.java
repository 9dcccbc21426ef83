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
  private static final int SHORT_ID = 8;

  /**
   * The new jobs, and what is said about them.
   *
   * @param repeats by the id of a new job, the job that was submitted first
   */
  record Found(List<Job> jobs, Map<UUID, UUID> repeats, Reruns.Plan plan) {}

  /**
   * A job.
   *
   * @param missed why it did not succeed on nodes, by its newest result there
   * @param mended why it did not succeed on nodes where a rerun has succeeded since
   * @param reruns how the reruns stand on the nodes where it did not succeed
   */
  private record Kept(
      StoredJob stored,
      Map<String, Which> missed,
      Map<String, Which> mended,
      Map<String, EarlierReruns.Standing> reruns) {}

  /** What is found out about nodes, by name. */
  private record Notes(
      Set<String> nodes,
      Set<String> forgotten,
      Map<Which, Set<String>> reasons,
      Map<EarlierReruns.Standing, Set<String>> earlier) {
    Notes() {
      this(new TreeSet<>(), new TreeSet<>(), new EnumMap<>(Which.class), new LinkedHashMap<>());
    }

    List<Reruns.Earlier> reruns() {
      return earlier.entrySet().stream()
          .map(
              one ->
                  new Reruns.Earlier(
                      one.getKey().parent(), one.getKey().ended(), List.copyOf(one.getValue())))
          .toList();
    }
  }

  @Override
  public Found answer(JobStore store) {
    Map<UUID, List<Kept>> parents = new LinkedHashMap<>();
    Set<String> everyNode = new TreeSet<>();
    int unended = 0;
    List<StoredJob> chosen = chosen(store);
    EarlierReruns reruns = null;
    for (StoredJob stored : chosen) {
      everyNode.addAll(stored.targets());
      Set<Integer> answered = store.answered(stored.seq());
      unended += answered.size() < stored.targets().size() ? 1 : 0;
      Map<String, Which> missed = missed(store, stored, answered);
      if (!missed.isEmpty() && reruns == null) {
        reruns = new EarlierReruns(store, chosen, ownSeq(store, chosen));
      }
      parents
          .computeIfAbsent(stored.job().parent().id(), parent -> new ArrayList<>())
          .add(
              missed.isEmpty()
                  ? new Kept(stored, missed, Map.of(), Map.of())
                  : kept(stored, missed, reruns.of(stored, missed.keySet())));
    }
    List<Job> jobs = new ArrayList<>();
    Map<UUID, UUID> repeats = new HashMap<>();
    Notes notes = new Notes();
    parents.values().forEach(parent -> add(parent, jobs, repeats, notes));
    if (jobs.isEmpty() && !notes.forgotten().isEmpty()) {
      throw new RefusedException(
          RefusedException.Kind.NOT_FOUND,
          ErrorCode.NOTHING_TO_RERUN,
          "nothing to run again: not enrolled any more: "
              + FoldedNames.text(notes.forgotten())
              + earlier(notes)
              + ofLast(chosen));
    }
    if (jobs.isEmpty()) {
      throw new RefusedException(
          RefusedException.Kind.NOT_FOUND,
          ErrorCode.NOTHING_TO_RERUN,
          nothing(everyNode.size(), notes, unended) + ofLast(chosen));
    }
    requireContent(jobs);
    var shown = jobs.stream().map(JobJson::write).map(UrlPasswords::hidden).toList();
    Reruns.Plan plan =
        new Reruns.Plan(
            id,
            shown,
            List.copyOf(notes.nodes()),
            everyNode.size(),
            unended,
            List.copyOf(notes.forgotten()),
            notes.reruns());
    return new Found(jobs, repeats, plan);
  }

  /** The number from which on jobs belong to this rerun, if the request is sent again. */
  private long ownSeq(JobStore store, List<StoredJob> chosen) {
    return chosen.stream()
        .flatMap(job -> store.job(anew(job.job().id())).stream())
        .mapToLong(StoredJob::seq)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  private static Kept kept(
      StoredJob stored, Map<String, Which> first, Map<String, EarlierReruns.Standing> reruns) {
    Map<String, Which> missed = new HashMap<>();
    Map<String, Which> mended = new HashMap<>();
    first.forEach(
        (node, which) -> {
          EarlierReruns.Standing rerun = reruns.get(node);
          boolean isMended = rerun != null && rerun.succeeded();
          (isMended ? mended : missed)
              .put(node, rerun == null || rerun.missed() == null ? which : rerun.missed());
        });
    return new Kept(stored, missed, mended, reruns);
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
    if (chosen.firstEntry().getValue().job().isDryRun()) {
      throw new RefusedException(
          RefusedException.Kind.NOT_FOUND,
          ErrorCode.NOTHING_TO_RERUN,
          "nothing to run again: "
              + id
              + " was a dry run, which has run nothing: give its command again to see what would"
              + " change now");
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

  /** Why the job of that result, which is no success, did not succeed. */
  static Which which(NodeOutcome result) {
    Outcome.Reason reason = result.reason();
    if (reason == Outcome.Reason.LOST || reason == Outcome.Reason.RESULT_LOST) {
      return Which.LOST;
    }
    boolean neverBegun = reason == Outcome.Reason.CANCELLED && result.startedAt() == null;
    return neverBegun || reason != null && reason.isOmission() ? Which.NOT_STARTED : Which.FAILED;
  }

  private void add(List<Kept> parent, List<Job> jobs, Map<UUID, UUID> repeats, Notes notes) {
    Map<String, Which> mended = new HashMap<>();
    Map<String, Which> first = new HashMap<>();
    for (Kept job : parent) {
      job.mended().forEach(mended::putIfAbsent);
      // What was left out behind a job that is mended goes on as that one would have.
      job.missed()
          .forEach(
              (node, which) ->
                  first.putIfAbsent(
                      node, which == Which.NOT_STARTED ? mended.getOrDefault(node, which) : which));
    }
    if (limit != null) {
      mended.keySet().retainAll(limit);
      first.keySet().retainAll(limit);
    }
    mended.keySet().removeAll(first.keySet());
    leaveOut(parent, first, mended, notes);
    first.forEach(
        (node, which) -> notes.reasons().computeIfAbsent(which, w -> new TreeSet<>()).add(node));
    for (Kept job : parent) {
      List<String> again =
          job.stored().targets().stream()
              .filter(node -> job.missed().containsKey(node) && first.containsKey(node))
              .filter(node -> wanted.only().contains(first.get(node)))
              .filter(node -> isThere(node, job.stored(), notes.forgotten()))
              .toList();
      if (!again.isEmpty()) {
        Job made = anew(job.stored(), again);
        jobs.add(made);
        repeats.put(made.id(), EarlierReruns.first(job.stored()));
        notes.nodes().addAll(again);
      }
    }
  }

  /** Notes which nodes earlier reruns have mended, and takes out those where one goes on. */
  private void leaveOut(
      List<Kept> parent, Map<String, Which> first, Map<String, Which> mended, Notes notes) {
    for (Kept job : parent) {
      job.reruns()
          .forEach(
              (node, rerun) -> {
                Which which = rerun.ended() ? mended.get(node) : first.remove(node);
                if (which != null && wanted.only().contains(which)) {
                  var key = new EarlierReruns.Standing(rerun.parent(), rerun.ended(), null);
                  notes.earlier().computeIfAbsent(key, k -> new TreeSet<>()).add(node);
                }
              });
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

  private static String earlier(Notes notes) {
    return notes.reruns().stream().map(one -> "; " + one.text()).collect(Collectors.joining());
  }

  private String nothing(int of, Notes notes, int unended) {
    String asked =
        wanted.only().stream().map(Which::word).sorted().collect(Collectors.joining(", "));
    String others =
        notes.reasons().entrySet().stream()
            .map(one -> one.getKey().word() + " has " + Counted.of(one.getValue().size(), "node"))
            .collect(Collectors.joining(", "));
    return "nothing to run again for "
        + asked
        + ", of "
        + Counted.of(of, "node")
        + (others.isEmpty() ? "" : "; " + others)
        + earlier(notes)
        + (unended == 0 ? "" : "; " + Counted.of(unended, "job") + " not ended yet")
        + (limit == null ? "" : "; within the limit");
  }

  /** Who asks for the last run may think of another one than that which is now the last. */
  private String ofLast(List<StoredJob> chosen) {
    return chosen.stream()
        .filter(job -> wanted.together() && job.job().id().equals(id))
        .map(
            job ->
                "; last is "
                    + id.toString().substring(0, SHORT_ID)
                    + " "
                    + JobTitle.of(job.job()).line()
                    + ", submitted by "
                    + job.submittedBy())
        .findFirst()
        .orElse("");
  }

  private void requireContent(List<Job> jobs) {
    Set<String> gone = new TreeSet<>();
    boolean hasSecret = false;
    for (Job job : jobs) {
      try {
        Set<String> missing = contents.missing(job, null);
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
