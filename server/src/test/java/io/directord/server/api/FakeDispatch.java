package io.directord.server.api;

import io.directord.common.api.Analysis;
import io.directord.common.api.Bodies;
import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.Explanation;
import io.directord.common.api.Extremes;
import io.directord.common.api.HookView;
import io.directord.common.api.JobFilter;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeView;
import io.directord.common.api.Receipt;
import io.directord.common.api.RefusedNode;
import io.directord.common.api.Reruns;
import io.directord.common.api.RunState;
import io.directord.common.api.ScheduleEntry;
import io.directord.common.api.ScheduleInfo;
import io.directord.common.api.ScheduleTiming;
import io.directord.common.api.ScheduleView;
import io.directord.common.api.Totals;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.ValidationError;
import io.directord.server.access.Caller;
import io.directord.server.access.Tokens;
import io.directord.server.dispatch.Dispatch;
import io.directord.server.dispatch.JoinDesk;
import io.directord.server.dispatch.NodeCount;
import io.directord.server.dispatch.NodePage;
import io.directord.server.dispatch.RefusedException;
import io.directord.server.metrics.Figures;
import io.directord.server.metrics.Meters;
import io.directord.server.store.StoredToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Two nodes, and jobs that stay as they were submitted. */
public final class FakeDispatch implements Dispatch {
  private final Meters meters = new Meters();
  final Map<String, ScheduleView> schedules = new LinkedHashMap<>();
  volatile List<Job> checked = List.of();
  public final Map<UUID, Job> jobs = new LinkedHashMap<>();
  public final Map<UUID, String> submittedBy = new LinkedHashMap<>();
  public final List<EventFilter> filters = new ArrayList<>();
  public final Set<Consumer<Event>> followers = ConcurrentHashMap.newKeySet();
  final List<Reruns.Request> reruns = new ArrayList<>();
  public final List<RefusedNode> refused = new ArrayList<>();
  public final List<NodeView> nodes =
      new ArrayList<>(
          List.of(
              SampleViews.node("node-a", NodeView.State.ACTIVE),
              SampleViews.node("node-b", NodeView.State.AWAY)));

  final Tokens tokens = new Tokens(List.of());
  final FakeJoinDesk joinDesk = new FakeJoinDesk();

  /** Those of every job, if set. */
  public volatile List<NodeOutcome> results;

  /** What is answered instead, if set. */
  volatile CompletableFuture<List<NodeView>> nodesAnswer;

  /** What is answered instead, if set. */
  volatile CompletableFuture<Bodies.Jobs> jobsAnswer;

  /** Why no job can be read, if set. */
  public volatile RefusedException jobRefusal;

  /** Why no job is taken, if set. */
  volatile RefusedException submitRefusal;

  @Override
  public CompletableFuture<ScheduleView> addSchedule(
      Caller caller, String name, ScheduleTiming timing, List<Job> jobs, List<String> limit) {
    ScheduleView view =
        new ScheduleView(
            name,
            timing,
            new ScheduleView.Status(false, false, SampleViews.NOW, null),
            caller.user(),
            SampleViews.NOW,
            jobs.size());
    schedules.put(name, view);
    return CompletableFuture.completedFuture(view);
  }

  @Override
  public CompletableFuture<ScheduleView> changeSchedule(
      Caller caller, String name, ScheduleAction action) {
    return schedule(caller, name)
        .thenApply(
            info -> {
              if (action == ScheduleAction.REMOVE) {
                schedules.remove(name);
              }
              return info.schedule();
            });
  }

  @Override
  public CompletableFuture<HookRuns> hookRuns(Caller hook, UUID job) {
    long open =
        jobs.values().stream()
            .filter(one -> hook.user().equals(submittedBy.get(one.id())))
            .map(one -> one.parent().id().getMostSignificantBits())
            .distinct()
            .count();
    return CompletableFuture.completedFuture(new HookRuns((int) open, jobs.containsKey(job)));
  }

  @Override
  public List<HookView> hooks() {
    HookView.Deliveries done =
        new HookView.Deliveries(3, 2, 1, "it has answered with 500", SampleViews.NOW);
    return List.of(new HookView("pager", "https://pager.example", List.of("node.lost"), done));
  }

  @Override
  public CompletableFuture<List<ScheduleView>> schedules(Caller caller) {
    return CompletableFuture.completedFuture(List.copyOf(schedules.values()));
  }

  @Override
  public CompletableFuture<ScheduleInfo> schedule(Caller caller, String name) {
    ScheduleView view = schedules.get(name);
    if (view == null) {
      return refused(RefusedException.Kind.NOT_FOUND, ErrorCode.UNKNOWN_SCHEDULE, "no " + name);
    }
    ScheduleEntry entry =
        new ScheduleEntry(
            SampleViews.NOW,
            SampleViews.NOW,
            ScheduleEntry.What.STARTED,
            1,
            List.of(UUID.randomUUID()),
            "");
    return CompletableFuture.completedFuture(
        new ScheduleInfo(
            view, List.of(Json.object().put("verb", "RUN")), List.of("node-a"), List.of(entry)));
  }

  @Override
  public Meters meters() {
    return meters;
  }

  @Override
  public CompletableFuture<Figures> figures(Caller caller) {
    return CompletableFuture.completedFuture(
        new Figures(
            Map.of(NodeView.State.ACTIVE, 1, NodeView.State.AWAY, 1),
            new Figures.Work(jobs.size(), 0, 0, 0, 0, 0, 0),
            new Figures.Kept(OptionalLong.empty(), OptionalLong.of(1), true),
            Figures.Transfers.NONE,
            followers.size(),
            0));
  }

  @Override
  public Tokens tokens() {
    return tokens;
  }

  @Override
  public JoinDesk joinDesk() {
    return joinDesk;
  }

  @Override
  public CompletableFuture<String> lacking(Caller caller, Caller who, String verb, String node) {
    return CompletableFuture.completedFuture(
        who.rights().everything() ? null : who.title() + " may not");
  }

  @Override
  public CompletableFuture<StoredToken> createToken(Caller caller, StoredToken token) {
    tokens.put(token);
    return CompletableFuture.completedFuture(token);
  }

  @Override
  public CompletableFuture<StoredToken> revokeToken(Caller caller, String name) {
    StoredToken found =
        tokens.all().stream()
            .filter(token -> token.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new RefusedException(
                        RefusedException.Kind.NOT_FOUND, ErrorCode.UNKNOWN_TOKEN, "no token"));
    tokens.drop(name);
    return CompletableFuture.completedFuture(found);
  }

  @Override
  public List<String> warnings() {
    return List.of();
  }

  @Override
  public synchronized CompletableFuture<Receipt> submit(
      Caller caller, List<Job> added, List<String> limit) {
    if (submitRefusal != null) {
      return CompletableFuture.failedFuture(new CompletionException(submitRefusal));
    }
    for (Job job : added) {
      jobs.put(job.id(), job);
      submittedBy.put(job.id(), caller.user());
    }
    return CompletableFuture.completedFuture(
        new Receipt(
            added.stream().map(Job::id).toList(),
            List.of("node-a", "node-b"),
            List.of("node-b"),
            List.of("node-c")));
  }

  /** As if all jobs had failed. */
  @Override
  public CompletableFuture<Reruns.Plan> planRerun(Caller caller, UUID id, Reruns.Request wanted) {
    reruns.add(wanted);
    return CompletableFuture.completedFuture(
        new Reruns.Plan(id, List.of(), List.of("node-a"), 2, 0, List.of(), List.of()));
  }

  @Override
  public CompletableFuture<Receipt> rerun(Caller caller, UUID id, Reruns.Request wanted) {
    reruns.add(wanted);
    return submit(caller, List.of());
  }

  @Override
  public CompletableFuture<Bodies.Checked> check(
      Caller caller, List<Job> jobs, List<String> limit) {
    checked = List.copyOf(jobs);
    return CompletableFuture.completedFuture(
        new Bodies.Checked(
            List.of(),
            jobs.stream()
                .filter(job -> job.targets().contains("nope"))
                .map(job -> new ValidationError("unknown node nope"))
                .toList(),
            List.of(),
            List.of()));
  }

  @Override
  public List<RefusedNode> refused() {
    return List.copyOf(refused);
  }

  @Override
  public CompletableFuture<NodeCount> countNodes(Caller caller) {
    return nodes(caller)
        .thenApply(
            all -> {
              long active =
                  all.stream().filter(node -> node.state() == NodeView.State.ACTIVE).count();
              return new NodeCount(all.size(), (int) active);
            });
  }

  @Override
  public CompletableFuture<List<NodeView>> nodes(Caller caller) {
    return nodesAnswer != null
        ? nodesAnswer
        : CompletableFuture.completedFuture(List.copyOf(nodes));
  }

  @Override
  public CompletableFuture<NodePage.Shown> nodes(
      Caller caller, List<String> targets, NodePage page) {
    return nodes(caller)
        .thenApply(
            all ->
                all.stream()
                    .filter(node -> targets.isEmpty() || targets.contains(node.identity()))
                    .toList())
        .thenApply(
            all -> {
              int from = Math.min(page.offset(), all.size());
              int to = from + Math.min(page.limit(), all.size() - from);
              return new NodePage.Shown(all.subList(from, to), all.size() - to, Map.of());
            });
  }

  @Override
  public CompletableFuture<List<String>> label(
      Caller caller, List<String> targets, Map<String, String> labels) {
    return CompletableFuture.completedFuture(targets);
  }

  @Override
  public synchronized CompletableFuture<UUID> find(String reference, boolean jobsOnly) {
    List<UUID> ids = List.copyOf(jobs.keySet());
    if (!reference.equals("last")) {
      try {
        return CompletableFuture.completedFuture(UUID.fromString(reference));
      } catch (IllegalArgumentException e) {
        return refused(
            RefusedException.Kind.INVALID, ErrorCode.INVALID_REQUEST, "not an id: " + reference);
      }
    }
    return ids.isEmpty()
        ? refused(RefusedException.Kind.NOT_FOUND, ErrorCode.UNKNOWN_JOB, "there is no job yet")
        : CompletableFuture.completedFuture(ids.get(ids.size() - 1));
  }

  @Override
  public synchronized CompletableFuture<Bodies.Jobs> jobs(
      Caller caller, UUID parent, UUID before, int limit) {
    if (jobsAnswer != null && limit == 1000) {
      return jobsAnswer;
    }
    List<JobSummary> all =
        jobs.values().stream()
            .takeWhile(job -> !job.id().equals(before))
            .filter(job -> parent == null || job.parent().id().equals(parent))
            .map(SampleViews::summary)
            .toList();
    int more = Math.max(0, all.size() - limit);
    return CompletableFuture.completedFuture(new Bodies.Jobs(all.subList(more, all.size()), more));
  }

  @Override
  public synchronized CompletableFuture<Bodies.Jobs> openJobs(
      Caller caller, int limit, JobFilter filter) {
    List<JobSummary> open =
        jobs.values().stream()
            .map(SampleViews::summary)
            .filter(JobSummary::processing)
            .filter(filter::matches)
            .toList();
    int shown = Math.min(limit, open.size());
    return CompletableFuture.completedFuture(
        new Bodies.Jobs(open.subList(0, shown), open.size() - shown));
  }

  @Override
  public synchronized CompletableFuture<JobView> job(Caller caller, UUID id) {
    if (jobRefusal != null) {
      return CompletableFuture.failedFuture(jobRefusal);
    }
    Job job = jobs.get(id);
    if (job == null) {
      return refused(
          RefusedException.Kind.NOT_FOUND, ErrorCode.UNKNOWN_JOB, "there is no job " + id);
    }
    return CompletableFuture.completedFuture(
        new JobView(
            SampleViews.summary(job),
            JobJson.write(job),
            submittedBy.get(job.id()),
            List.of("node-c"),
            List.of(),
            List.of(),
            results != null
                ? results
                : List.of(
                    SampleViews.answered("node-a", "hello\n"), SampleViews.waiting("node-b"))));
  }

  @Override
  public CompletableFuture<Explanation> explain(Caller caller, UUID id, String node) {
    return job(caller, id)
        .thenApply(
            job ->
                new Explanation(
                    job.summary(),
                    List.of(
                        new Explanation.NodeExplanation(
                            "node-a", NodeOutcome.State.RUNNING, "is running there", true))));
  }

  @Override
  public CompletableFuture<NodeOutcome> result(Caller caller, UUID id, String node) {
    return job(caller, id)
        .thenApply(
            job ->
                job.nodes().stream()
                    .filter(result -> result.node().equals(node))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new RefusedException(
                                RefusedException.Kind.NOT_FOUND,
                                ErrorCode.UNKNOWN_NODE,
                                "not for node " + node)));
  }

  @Override
  public synchronized CompletableFuture<Analysis> analysis(Caller caller, UUID jobOrParent) {
    if (jobs.isEmpty() || jobOrParent != null && !jobs.containsKey(jobOrParent)) {
      return refused(
          RefusedException.Kind.NOT_FOUND, ErrorCode.UNKNOWN_JOB, "there is no job " + jobOrParent);
    }
    Duration time = Duration.ofMillis(12);
    return CompletableFuture.completedFuture(
        new Analysis(
            jobOrParent,
            time,
            time,
            new Extremes("node-a", "node-a", null, null),
            time,
            new Totals(1, jobs.size(), 2, 0)));
  }

  @Override
  public synchronized CompletableFuture<RunState> pause(
      Caller caller, UUID jobOrParent, boolean resume) {
    return jobs.containsKey(jobOrParent)
        ? CompletableFuture.completedFuture(
            new RunState(
                jobOrParent,
                resume ? null : "paused by " + caller.user(),
                3,
                1,
                2,
                0,
                SampleViews.NOW))
        : refused(
            RefusedException.Kind.NOT_FOUND,
            ErrorCode.UNKNOWN_JOB,
            "there is no job and no parent " + jobOrParent);
  }

  @Override
  public synchronized CompletableFuture<Bodies.Cancelled> cancel(Caller caller, UUID jobOrParent) {
    if (!jobs.containsKey(jobOrParent)) {
      return refused(
          RefusedException.Kind.NOT_FOUND, ErrorCode.UNKNOWN_JOB, "there is no job " + jobOrParent);
    }
    return CompletableFuture.completedFuture(
        new Bodies.Cancelled(List.of(jobOrParent), List.of(), List.of(), null));
  }

  @Override
  public synchronized CompletableFuture<Integer> purgeJobs(Caller caller) {
    int count = jobs.size();
    jobs.clear();
    return CompletableFuture.completedFuture(count);
  }

  @Override
  public synchronized CompletableFuture<List<String>> forgetNodes(Caller caller, String identity) {
    List<String> before = nodes.stream().map(NodeView::identity).toList();
    nodes.removeIf(node -> identity == null || node.identity().equals(identity));
    if (identity != null && before.size() == nodes.size()) {
      return refused(
          RefusedException.Kind.NOT_FOUND,
          ErrorCode.UNKNOWN_NODE,
          "no node " + identity + " is enrolled");
    }
    return CompletableFuture.completedFuture(identity == null ? before : List.of(identity));
  }

  @Override
  public Subscription follow(Caller caller, EventFilter filter, Consumer<Event> sink) {
    filters.add(filter);
    followers.add(sink);
    return () -> followers.remove(sink);
  }

  void emit(Event event) {
    followers.forEach(follower -> follower.accept(event));
  }

  private static <T> CompletableFuture<T> refused(
      RefusedException.Kind kind, ErrorCode code, String why) {
    return CompletableFuture.failedFuture(new RefusedException(kind, code, why));
  }
}
