package io.directord.common.api;

import io.directord.common.http.HttpCall;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.storage.IoErrors;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The client of the server's API, over its Unix socket. Every call opens and closes a connection of
 * its own, so an instance may be shared by threads and need not be closed. Calls block. An
 * interrupt ends a call with an {@link java.io.InterruptedIOException}; the server may still carry
 * out the request.
 *
 * <p>Every call fails with {@link NoServerException} if there is no server at the socket, with
 * {@link ApiException} if the server refuses the request ({@link Problem#status} 404 for what does
 * not exist, 400 for an invalid request, 503 if it is too busy or full), with a {@link
 * java.net.SocketTimeoutException} if it has been silent for 60 seconds, and with another {@link
 * IOException} if the connection breaks. A call that changes something fails with {@link
 * UndecidedException} in place of the last two, and if the server does not know yet whether the
 * change is durable. The messages are for people.
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
  /** Timeout of the server's reply, which normally comes at once. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** Silence of the server after which the listener is notified. */
  private static final Duration NOTICE = Duration.ofSeconds(5);

  /** No timeout while the server reads and hashes a large file. */
  private static final Duration FOR_EVER = Duration.ZERO;

  /** Pause between two attempts at a busy server. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  private static final int UNAVAILABLE = 503;

  /** HTTP status: it is not known whether the change was made. */
  private static final int UNDECIDED = 504;

  private static final int OK = 200;
  private static final int CONTINUE = 100;

  /** HTTP status: the content differs from what was announced. */
  private static final int MISMATCH = 422;

  private static final int BUFFER_BYTES = 128 << 10;

  private final Path socket;
  private final BusyListener busy;

  /** Called once events are being received. */
  @FunctionalInterface
  public interface Action {
    void run() throws IOException;
  }

  /** Notified when a call is delayed since the server is busy or silent. */
  @FunctionalInterface
  public interface BusyListener {

    /**
     * Called at most once per call, on its thread, when a second attempt was refused.
     *
     * @param reason the server's
     * @param left remaining time of further attempts
     */
    void triesAgain(String reason, Duration left);

    /**
     * Called at most once per attempt, on the call's thread, when the server has not answered for 5
     * seconds.
     *
     * @param timeout of the whole wait
     */
    default void isSilent(Path socket, Duration timeout) {}
  }

  /**
   * @param socket where the server listens; not opened yet
   */
  public ServerConnection(Path socket) {
    this(socket, (reason, left) -> {});
  }

  /** Likewise, with a listener for a busy or silent server. */
  public ServerConnection(Path socket, BusyListener busy) {
    this.socket = socket.toAbsolutePath();
    this.busy = busy;
  }

  /** The server itself. */
  public ServerStatus status() throws IOException {
    return call("GET", "/v1/status", null, ServerStatus.class);
  }

  /** All enrolled nodes, sorted by name. */
  public List<NodeView> nodes() throws IOException {
    return nodeList().nodes();
  }

  /** All enrolled nodes, the refused clients, and the server's warnings. */
  public Bodies.Nodes nodeList() throws IOException {
    return call("GET", "/v1/nodes", null, Bodies.Nodes.class);
  }

  /**
   * Forgets a node and its key, so that it may enrol again; a connected one does so at once. Its
   * unfinished jobs fail.
   *
   * @param identity null for all nodes; one that does not exist is refused with 404
   * @return number of forgotten nodes
   */
  public int forgetNodes(String identity) throws IOException {
    if (identity != null && identity.isEmpty()) {
      throw new IllegalArgumentException("a node's name is empty; null stands for all nodes");
    }
    String target = identity == null ? "/v1/nodes" : "/v1/nodes/" + encode(identity);
    return change("DELETE", target, null, Bodies.Removed.class, UndecidedException::ofRequest)
        .removed();
  }

  /**
   * Retained jobs in the order of submission.
   *
   * @param parent only those of this submission; null for all
   */
  public List<JobSummary> jobs(UUID parent) throws IOException {
    String target = parent == null ? "/v1/jobs" : "/v1/jobs?parent=" + parent;
    return call("GET", target, null, Bodies.Jobs.class).jobs();
  }

  /** The newest retained jobs, no more than a number, in the order of submission. */
  public List<JobSummary> newestJobs(int limit) throws IOException {
    return call("GET", "/v1/jobs?limit=" + limit, null, Bodies.Jobs.class).jobs();
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
    return call("GET", "/v1/jobs/" + encode(reference), null, JobView.class);
  }

  /**
   * Waits without timeout until the job has ended on all its targets. Fails if the connection is
   * lost; it may then be called again, and misses nothing.
   *
   * @return the job with its results
   */
  public JobView await(UUID id) throws IOException {
    JobView job = job(id);
    while (job.summary().processing()) {
      EventFilter ends =
          new EventFilter(Set.of(job.summary().parent().id()), EventFilter.Detail.JOBS);
      follow(
          ends,
          event ->
              !(event instanceof Event.JobEnded ended && ended.job().id().equals(id))
                  && !(event instanceof Event.Missed));
      job = job(id);
    }
    return job;
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
    for (var content : contents.entrySet()) {
      Path file = content.getValue().toAbsolutePath();
      if (!hasContent(content.getKey(), file)) {
        upload(content.getKey(), file, progress);
      }
    }
    return change(
        "POST",
        "/v1/jobs",
        flat(jobs),
        Receipt.class,
        why -> UndecidedException.ofJobs(why, jobs.stream().map(Job::id).toList()));
  }

  private static byte[] flat(List<Job> jobs) {
    List<JsonNode> flat = new ArrayList<>(jobs.size());
    for (Job job : jobs) {
      flat.add(JobJson.write(job));
    }
    return Json.bytes(new Bodies.Submission(flat));
  }

  /**
   * Checks jobs without keeping or running them: finds verbs that the server does not know, and
   * targets that do not exist or have expired. Contents are not checked.
   *
   * @return empty if they could run
   */
  public Bodies.Checked check(List<Job> jobs) throws IOException {
    return call("POST", "/v1/check", flat(jobs), Bodies.Checked.class);
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
    String target = "/v1/jobs/" + encode(reference) + "/cancel";
    return change("POST", target, null, Bodies.Cancelled.class, UndecidedException::ofRequest);
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
    String target = reference == null ? "/v1/analysis" : "/v1/analysis/" + encode(reference);
    return call("GET", target, null, Analysis.class);
  }

  /**
   * Deletes jobs that have ended, with their results.
   *
   * @return number of deleted jobs
   */
  public int purgeJobs() throws IOException {
    return change("DELETE", "/v1/jobs", null, Bodies.Removed.class, UndecidedException::ofRequest)
        .removed();
  }

  /**
   * Passes the handler first the past events of the filter's submissions, then new ones, until it
   * returns false. So submit first, then follow: no job's end is missed; output from in between
   * comes with the result. A slow handler gets {@link Event.Missed} and should then request the
   * state of its jobs.
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
    StringBuilder target = new StringBuilder("/v1/events?detail=");
    target.append(filter.detail().word());
    filter.parents().forEach(parent -> target.append("&parent=").append(parent));
    try (HttpCall exchange = exchange("GET", TIMEOUT)) {
      exchange.send(target.toString(), null);
      InputStream body = accepted(exchange, exchange.await());
      subscribed.run();
      var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
      for (Event event = next(lines); handler.on(event); ) {
        event = next(lines);
      }
    }
  }

  /** The next server-sent event. Each has its JSON on one line; other fields are ignored. */
  private static Event next(BufferedReader lines) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("data:")) {
        return read(line.substring("data:".length()).getBytes(StandardCharsets.UTF_8), Event.class);
      }
    }
    throw new EOFException("the server closed the connection while it was being followed");
  }

  private boolean hasContent(String sha256, Path file) throws IOException {
    try (HttpCall exchange = exchange("HEAD", FOR_EVER)) {
      exchange.send("/v1/content/" + sha256 + "?path=" + encode(file.toString()), null);
      // This failure has no message; sending the content will give one, or succeed.
      return exchange.await() == OK;
    }
  }

  private void upload(String sha256, Path file, UploadProgress progress) throws IOException {
    try (HttpCall exchange = exchange("PUT", TIMEOUT);
        InputStream in = Files.newInputStream(file)) {
      long size = Files.size(file);
      exchange.announce("/v1/content/" + sha256, size);
      int status = exchange.await();
      if (status == CONTINUE) {
        copy(in, exchange, file, size, progress);
        exchange.timeout(FOR_EVER);
        status = exchange.await();
      }
      accepted(exchange, status);
    } catch (ApiException e) {
      Problem problem = e.problem();
      if (problem.status() != MISMATCH) {
        throw e;
      }
      throw new ApiException(
          new Problem(problem.status(), problem.title(), file + ": " + problem.detail()));
    }
  }

  private static void copy(
      InputStream in, HttpCall exchange, Path file, long size, UploadProgress progress)
      throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long sent = 0;
    progress.uploaded(file, 0, size);
    while (sent < size) {
      int n = in.read(buffer, 0, (int) Math.min(buffer.length, size - sent));
      if (n < 0) {
        throw new IOException(
            file + " became shorter while it was sent to the server: give the command again");
      }
      if (!exchange.sendBody(buffer, n)) {
        return;
      }
      sent += n;
      progress.uploaded(file, sent, size);
    }
  }

  /** A call that changes something. */
  private <T> T change(
      String method, String target, byte[] json, Class<T> type, UnaryOperator<String> undecided)
      throws IOException {
    try {
      return call(method, target, json, type);
    } catch (ApiException e) {
      if (e.problem().status() == UNDECIDED) {
        throw new UndecidedException(e.getMessage(), e);
      }
      throw e;
    } catch (NoServerException e) {
      throw e;
    } catch (InterruptedIOException e) {
      if (e instanceof SocketTimeoutException) {
        throw new UndecidedException(undecided.apply(e.getMessage()), e);
      }
      throw e;
    } catch (IOException e) {
      throw new UndecidedException(undecided.apply(IoErrors.sayWhere(e)), e);
    }
  }

  /** Repeats the request as long as the server is busy. */
  private <T> T call(String method, String target, byte[] json, Class<T> type) throws IOException {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    for (int attempt = 1; ; attempt++) {
      try (HttpCall exchange = exchange(method, TIMEOUT)) {
        exchange.send(target, json);
        int status = exchange.await();
        String later = exchange.header("Retry-After");
        if (status != UNAVAILABLE || later == null || System.nanoTime() > deadline) {
          return read(accepted(exchange, status).readAllBytes(), type);
        }
        if (attempt == 2) {
          String reason = refusal(status, exchange.reply().readAllBytes()).getMessage();
          busy.triesAgain(reason.strip(), Duration.ofNanos(deadline - System.nanoTime()));
        }
      }
      pause();
    }
  }

  private static void pause() throws InterruptedIOException {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a busy server");
    }
  }

  private static InputStream accepted(HttpCall exchange, int status) throws IOException {
    if (status / 100 != 2) {
      throw refusal(status, exchange.reply().readAllBytes());
    }
    return exchange.reply();
  }

  /** The problem in a reply with this status and body. */
  private static ApiException refusal(int status, byte[] body) {
    try {
      Problem problem = Json.read(body, Problem.class);
      if (problem != null && problem.title() != null) {
        return new ApiException(problem);
      }
    } catch (JacksonException e) {
      // Not a problem document; its text is shown below.
    }
    String text = new String(body, StandardCharsets.UTF_8).strip();
    return new ApiException(
        new Problem(status, "HTTP " + status, "the server answered HTTP " + status + " " + text));
  }

  private HttpCall exchange(String method, Duration timeout) throws IOException {
    HttpCall exchange = new HttpCall(Connector.connect(socket), method, timeout);
    if (!timeout.equals(FOR_EVER)) {
      exchange.onSilence(NOTICE, () -> busy.isSilent(socket, timeout));
    }
    return exchange;
  }

  private static <T> T read(byte[] json, Class<T> type) throws IOException {
    try {
      T value = Json.read(json, type);
      if (value != null) {
        return value;
      }
    } catch (JacksonException e) {
      throw new IOException(
          "the server's reply is not understood; does it have another version? " + e.getMessage(),
          e);
    }
    throw new IOException("the server's reply is empty");
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
