package io.directord.common.api;

import io.directord.common.http.HttpCall;
import io.directord.common.job.Job;
import io.directord.common.json.Json;
import io.directord.common.tree.LocalTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.core.JacksonException;

/**
 * The client of the server's API, over its Unix socket or from another machine. Every call opens
 * and closes a connection of its own, so an instance may be shared by threads and need not be
 * closed. Calls block. An interrupt ends a call with an {@link java.io.InterruptedIOException}; the
 * server may still carry out the request.
 *
 * <p>Every call fails with {@link NoServerException} if there is no server there, with {@link
 * ApiException} if the server refuses the request ({@link Problem#status} 404 for what does not
 * exist, 400 for an invalid request, 503 if it is too busy or full), with a {@link
 * java.net.SocketTimeoutException} if it has been silent for 60 seconds (longer while it may read a
 * large file), and with another {@link IOException} if the connection breaks. A call that changes
 * something fails with {@link UndecidedException} in place of the last two, and if the server does
 * not know yet whether the change is durable. The messages are for people.
 *
 * <p>Durations are those of {@link java.time.Duration}, and instants those of the server's clock
 * unless they are said to be a node's.
 *
 * <pre>{@code
 * var server = new ServerConnection(Path.of("/var/run/directord.sock"));
 * ObjectNode job = Json.object().put("verb", "RUN").put("command", "uname -r");
 * UUID id = server.submit(List.of(JobJson.read(job)), Map.of()).get(0);
 * server.await(id).nodes().forEach(node -> System.out.print(node.node() + ": " + node.stdout()));
 * }</pre>
 */
public final class ServerConnection {
  private final ApiCalls calls;
  private final ContentUpload uploads;
  private final JobPages pages;

  /** Called once events are being received. */
  @FunctionalInterface
  public interface Action {
    void run() throws IOException;
  }

  /**
   * @param socket where the server listens; not opened yet
   */
  public ServerConnection(Path socket) {
    this(socket, (reason, left) -> {});
  }

  /** Likewise, with a listener for a busy or silent server. */
  public ServerConnection(Path socket, BusyListener busy) {
    this(new ServerAddress.Socket(socket), busy);
  }

  /**
   * A client of several servers, of which one leads: calls go to that one, and when another one has
   * taken over, to the other. While none leads, calls wait for up to a minute.
   *
   * @param sockets where they listen, tried in order; at least one
   */
  public ServerConnection(List<Path> sockets) {
    this(ServerAddress.ofSockets(sockets), (reason, left) -> {});
  }

  /** A server anywhere. */
  public ServerConnection(ServerAddress server, BusyListener busy) {
    calls = new ApiCalls(server, busy);
    uploads = new ContentUpload(calls);
    pages = new JobPages(calls);
  }

  /** The server itself. */
  public ServerStatus status() throws IOException {
    return calls.get("/v1/status", ServerStatus.class);
  }

  /**
   * What Prometheus reads of the server, in its text format; {@code docs/metrics.md} tells more.
   */
  public String metrics() throws IOException {
    return calls.text("/metrics");
  }

  /** Returns if a server answers; empty if it is too busy for more. */
  public Optional<ServerStatus> ping() throws IOException {
    return calls.ping("/v1/status", ServerStatus.class);
  }

  /** All enrolled nodes, sorted by name. */
  public List<NodeView> nodes() throws IOException {
    return nodeList().nodes();
  }

  /** All enrolled nodes, the refused clients, and the server's warnings. */
  public Bodies.Nodes nodeList() throws IOException {
    return calls.get("/v1/nodes", Replies::nodes);
  }

  /**
   * As {@link #nodeList}, but only the nodes that a target stands for, expired ones too.
   *
   * @param target a name or an expression
   */
  public Bodies.Nodes nodeList(String target) throws IOException {
    return calls.get("/v1/nodes?target=" + ApiCalls.encode(target), Replies::nodes);
  }

  /**
   * A part of {@link #nodeList}.
   *
   * @param target as there; null for all nodes
   * @param offset how many nodes of that order come before it
   * @param limit how many nodes it has at most, from 1
   */
  public Bodies.Nodes nodePage(String target, NodeOrder order, int offset, int limit)
      throws IOException {
    String query = "?sort=" + order.word() + "&offset=" + offset + "&limit=" + limit;
    query += target == null ? "" : "&target=" + ApiCalls.encode(target);
    return calls.get("/v1/nodes" + query, Replies::nodes);
  }

  /**
   * Sets labels of nodes at the server, where they win over those of the nodes' own configuration.
   *
   * @param targets of the nodes, names or expressions
   * @param labels values by name; null removes one
   * @return names of the nodes
   */
  public List<String> label(List<String> targets, Map<String, String> labels) throws IOException {
    return calls
        .change(
            "POST",
            "/v1/labels",
            Json.bytes(new Bodies.Labels(targets, labels)),
            Bodies.Labelled.class)
        .nodes();
  }

  /**
   * Forgets nodes and their keys, so that they may enrol again; connected ones do so at once. Their
   * unfinished jobs fail.
   *
   * @param target a name or an expression; null for all nodes. A name that does not exist is
   *     refused with 404
   * @return number of forgotten nodes
   */
  public int forgetNodes(String target) throws IOException {
    if (target != null && target.isEmpty()) {
      throw new IllegalArgumentException("a node's name is empty; null stands for all nodes");
    }
    String path = target == null ? "/v1/nodes" : "/v1/nodes/" + ApiCalls.encode(target);
    return calls.change("DELETE", path, null, Bodies.Removed.class).removed();
  }

  /**
   * Retained jobs in the order of submission.
   *
   * @param parent only those of this submission; null for all
   */
  public List<JobSummary> jobs(UUID parent) throws IOException {
    return pages.newest(Integer.MAX_VALUE, parent);
  }

  /** The newest retained jobs, no more than a number, in the order of submission. */
  public List<JobSummary> newestJobs(int limit) throws IOException {
    return pages.newest(limit, null);
  }

  /**
   * Jobs that have not ended, those first that come first by the filter.
   *
   * @param limit how many at most, from 1 to 1000
   */
  public Bodies.Jobs openJobs(int limit, JobFilter filter) throws IOException {
    String order = filter.order() == JobOrder.AGE ? "" : "&sort=" + filter.order().word();
    String text = filter.text().isEmpty() ? "" : "&text=" + ApiCalls.encode(filter.text());
    return calls.get("/v1/jobs?open=true&limit=" + limit + order + text, Replies::jobs);
  }

  /**
   * One job with its results and its state on the other nodes. All output of all nodes is held in
   * memory, up to 2 MiB a node unless the server is set otherwise.
   *
   * @param id null for the newest job; an unknown one is refused with 404
   */
  public JobView job(UUID id) throws IOException {
    return jobOf(id == null ? "last" : id.toString());
  }

  /**
   * One job, by an id or the first characters of an id, 4 at least; or by {@code last}, {@code
   * last~1}, and so on. An ambiguous reference is refused with 409.
   */
  public JobView jobOf(String reference) throws IOException {
    return calls.get("/v1/jobs/" + ApiCalls.encode(reference), Replies::job);
  }

  /** Reads a reply. */
  @FunctionalInterface
  public interface BodyReader {
    void read(InputStream body) throws IOException;
  }

  /**
   * As {@link #jobOf}, but passes the JSON to the reader as it comes, so that results which do not
   * fit into memory together can be read. If it is cut short, the connection was lost.
   */
  public void readJob(String reference, BodyReader reader) throws IOException {
    try (HttpCall exchange = calls.open("/v1/jobs/" + ApiCalls.encode(reference))) {
      reader.read(calls.accepted(exchange));
    } catch (JacksonException e) {
      throw new IOException(calls.foreign("its answer is cut short, or not what one says"), e);
    }
  }

  /**
   * One job on one node, with all of its output or some lines of it.
   *
   * @param reference as for {@link #jobOf}
   * @param node one that is not among its targets is refused with 404
   * @param range null for all lines
   */
  public ResultView result(String reference, String node, LineRange range) throws IOException {
    String target = "/v1/jobs/" + ApiCalls.encode(reference) + "/nodes/" + ApiCalls.encode(node);
    String lines = "";
    if (range != null && range.first() < 0) {
      lines = "?tail=" + -range.first();
    } else if (range != null && !range.equals(LineRange.ALL)) {
      lines = "?lines=" + range.first() + ":";
      lines += range.last() == Integer.MAX_VALUE ? "" : range.last();
    }
    return calls.get(target + lines, ResultView.class);
  }

  /**
   * How a job stands on its nodes: what it waits for, or how it has ended. Connected nodes are
   * asked themselves, for 3 seconds at most.
   *
   * @param reference as for {@link #jobOf}
   * @param node null for all its targets
   */
  public Explanation explain(String reference, String node) throws IOException {
    String query = node == null ? "" : "?node=" + ApiCalls.encode(node);
    return calls.get("/v1/jobs/" + ApiCalls.encode(reference) + "/why" + query, Explanation.class);
  }

  /**
   * Waits without timeout until the job has ended on all its targets, also while its parent is
   * paused or held for nodes that are away; {@link Event.RunChanged} tells of a pause. Fails if the
   * connection is lost; it may then be called again, and misses nothing. Fails with 404 if the job
   * has ended and was deleted before it could be read.
   *
   * @return the job with its results
   */
  public JobView await(UUID id) throws IOException {
    JobView job = job(id);
    while (job.summary().processing()) {
      UUID parent = job.summary().parent().id();
      new EventStream(calls)
          .follow(
              new EventFilter(Set.of(parent), EventFilter.Detail.JOBS, Set.of(id)),
              // Of a job that was deleted before it was followed no event tells.
              () -> isProcessing(id, parent),
              event ->
                  !(event instanceof Event.JobEnded ended && ended.job().id().equals(id))
                      && !(event instanceof Event.Missed));
      job = job(id);
    }
    return job;
  }

  private boolean isProcessing(UUID id, UUID parent) throws IOException {
    return jobs(parent).stream().anyMatch(job -> job.id().equals(id) && job.processing());
  }

  /**
   * As {@link #submitAll}, but returns only the ids of the jobs.
   *
   * @return these, in order
   */
  public List<UUID> submit(List<Job> jobs, Map<String, Path> contents) throws IOException {
    return submitAll(jobs, contents, UploadProgress.NONE).jobs();
  }

  /**
   * Uploads the contents that the server lacks, then submits the jobs. When this returns, the jobs
   * are durable. A submission whose connection broke may be repeated as it is: known jobs are
   * ignored.
   *
   * @param contents the files that the jobs deliver, by SHA-256 in lower-case hexadecimal; those
   *     that the server cannot open itself are uploaded
   * @param progress called on this thread
   * @return the ids and target nodes of the jobs
   * @throws ApiException if one of the jobs is refused; then none is accepted
   */
  public Receipt submitAll(List<Job> jobs, Map<String, Path> contents, UploadProgress progress)
      throws IOException {
    return submitAll(jobs, List.of(), contents, progress);
  }

  /**
   * As the other {@link #submitAll}, with the targets of all jobs narrowed.
   *
   * @param limit targets: of those of a job only the ones that these stand for too. A job of which
   *     none is left is omitted, as the receipt says
   */
  public Receipt submitAll(
      List<Job> jobs, List<String> limit, Map<String, Path> contents, UploadProgress progress)
      throws IOException {
    uploads.files(contents, progress);
    return calls.post(
        "/v1/jobs",
        SubmissionJson.of(jobs, limit),
        Replies::receipt,
        why -> UndecidedException.ofJobs(why, jobs.stream().map(Job::id).toList()));
  }

  /**
   * Has the server keep a secret, sealed, until the jobs that name it have ended. To be done before
   * these are submitted.
   *
   * @param content as {@link io.directord.common.security.SecretContent} makes it
   */
  public void keepSecret(String sha256, byte[] content) throws IOException {
    calls.send(
        "PUT",
        "/v1/secrets/" + sha256,
        content.length,
        exchange -> exchange.sendBody(content, content.length));
  }

  /** What starts by itself. */
  public ServerSchedules schedules() {
    return new ServerSchedules(calls, uploads);
  }

  /** What jobs have brought from nodes. */
  public ServerFetches fetches() {
    return new ServerFetches(calls);
  }

  /** Backups of its store. */
  public ServerBackups backups() {
    return new ServerBackups(calls);
  }

  /** Who may do what, and who did. */
  public ServerAccess access() {
    return new ServerAccess(calls);
  }

  /**
   * Checks jobs without keeping or running them: finds verbs that the server does not know, and
   * targets that do not exist or have expired. Contents are not checked.
   *
   * @param limit as for {@link #submitAll}
   * @return empty if they could run
   */
  public Bodies.Checked check(List<Job> jobs, List<String> limit) throws IOException {
    return calls.call("POST", "/v1/check", SubmissionJson.of(jobs, limit), Bodies.Checked.class);
  }

  /**
   * Cancels a job, or all jobs of a submission, wherever they have not ended; {@link #await}
   * returns once the nodes have confirmed that. An unknown id is refused with 404.
   *
   * @return the jobs concerned, and those that are not run because of it
   */
  public Bodies.Cancelled cancel(UUID jobOrParent) throws IOException {
    return cancelOf(jobOrParent.toString());
  }

  /** As {@link #cancel}, by what {@link #jobOf} takes, or the same of a parent. */
  public Bodies.Cancelled cancelOf(String reference) throws IOException {
    String target = "/v1/jobs/" + ApiCalls.encode(reference) + "/cancel";
    return calls.change("POST", target, null, Bodies.Cancelled.class);
  }

  /**
   * What it would come to to run jobs again on the nodes where they did not succeed; nothing runs.
   *
   * @param reference of a job or a parent, as for {@link #cancelOf}
   * @throws ApiException with 404 also if nothing would run, or content is not kept any more
   */
  public Reruns.Plan planRerun(String reference, Reruns.Request wanted) throws IOException {
    return calls.call("POST", rerun(reference), wanted.json(true), Reruns.Plan.class);
  }

  /** Runs them again, with new ids made of the request's; may be repeated as it is. */
  public Receipt rerun(String reference, Reruns.Request wanted) throws IOException {
    return calls.change("POST", rerun(reference), wanted.json(false), Receipt.class);
  }

  private static String rerun(String reference) {
    return "/v1/jobs/" + ApiCalls.encode(reference) + "/rerun";
  }

  /**
   * Has a parent begin on no further node: what runs finishes. By what {@link #jobOf} takes, or the
   * same of a parent. One that has begun on all of its nodes, or has ended, is refused with 409.
   */
  public RunState pause(String reference) throws IOException {
    return paused(reference, "/pause");
  }

  /**
   * Has a paused parent go on; failures up to now count no more. One that is not paused is refused
   * with 409.
   */
  public RunState resume(String reference) throws IOException {
    return paused(reference, "/resume");
  }

  private RunState paused(String reference, String action) throws IOException {
    String target = "/v1/jobs/" + ApiCalls.encode(reference) + action;
    return calls.change("POST", target, null, RunState.class);
  }

  /**
   * How long jobs took and where.
   *
   * @param jobOrParent null for all jobs that the server keeps
   */
  public Analysis analysis(UUID jobOrParent) throws IOException {
    return analysisOf(jobOrParent == null ? null : jobOrParent.toString());
  }

  /**
   * As {@link #analysis}, by what {@link #jobOf} takes, or the same of a parent; for a parent also
   * the fingerprint that lists show for one without a name.
   */
  public Analysis analysisOf(String reference) throws IOException {
    String target =
        reference == null ? "/v1/analysis" : "/v1/analysis/" + ApiCalls.encode(reference);
    return calls.get(target, Analysis.class);
  }

  /**
   * Deletes jobs that have ended, with their results.
   *
   * @return number of deleted jobs
   */
  public int purgeJobs() throws IOException {
    return calls.change("DELETE", "/v1/jobs", null, Bodies.Removed.class).removed();
  }

  /**
   * Passes the handler first the past events of the filter's submissions, then new ones, until it
   * returns false. So submit first, then follow: no job's end is missed; output from in between
   * comes with the result. Parents that are paused are told each time, so of those that are not
   * told what was known before holds no more. After a connection was lost, {@link
   * EventFilter#resuming} has only what concerns jobs that have not ended told again: of these,
   * results that are known already come once more. A slow handler gets {@link Event.Missed} and
   * should then request the state of its jobs.
   *
   * @param handler called on this thread
   * @throws IOException if the connection is lost, or if the handler throws it
   */
  public void follow(EventFilter filter, EventHandler handler) throws IOException {
    follow(filter, () -> {}, handler);
  }

  /**
   * As {@link #follow(EventFilter, EventHandler)}, with an action that runs once events are being
   * received, before the first is handled: a submission made there is followed from its beginning.
   */
  public void follow(EventFilter filter, Action subscribed, EventHandler handler)
      throws IOException {
    new EventStream(calls)
        .follow(
            filter,
            () -> {
              subscribed.run();
              return true;
            },
            handler);
  }

  /**
   * Uploads what jobs need that deliver directories, before they are submitted: files that the
   * server lacks, small ones many at a time.
   */
  public void upload(List<LocalTree> trees, UploadProgress progress) throws IOException {
    uploads.trees(trees, progress);
  }
}
