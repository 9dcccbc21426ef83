package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.common.api.ApiException;
import io.directord.common.api.Bodies;
import io.directord.common.api.Download;
import io.directord.common.api.FetchComing;
import io.directord.common.api.FetchedFrom;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NotBroughtException;
import io.directord.common.api.ServerConnection;
import io.directord.common.fetch.ByteSize;
import io.directord.common.fetch.FetchedFile;
import io.directord.common.fetch.FetchedFiles;
import io.directord.common.fetch.InvalidArchiveException;
import io.directord.common.json.Json;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.Counted;
import io.directord.common.validation.ErrorCode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/**
 * Downloads what a job brings while nodes are sending it: what was downloaded is removed from the
 * server, which makes room for the next nodes. Lines for people are kept until the end, so that
 * they do not break into a progress bar.
 */
final class Downloads implements AutoCloseable {
  private static final long POLL_MILLIS = 200;

  /** Maximum nodes whose files are downloaded while they are coming. */
  private static final int MAX_STREAMS = 8;

  /** Minimum number of new bytes for which a request is made. */
  private static final int PART_BYTES = 1 << 20;

  private static final int MAX_LINES = 100;
  private static final int MAX_NAMES = 5;
  private static final double NANOS = 1e9;

  private final ServerConnection server;
  private final UUID job;
  private final FetchDest dest;
  private final FetchOutput output;
  private final Console console;
  private final TransferText transfer = new TransferText();
  private final ExecutorService streams =
      Executors.newCachedThreadPool(work -> daemon(work, "download"));
  private final Thread atEnd = new Thread(this::abort, "remove-parts");

  /** Those that are writing. */
  private final Set<FetchedFiles> taking = ConcurrentHashMap.newKeySet();

  private volatile boolean ending;
  private boolean isWaitingTold;
  private Thread thread;

  /** Whether the job has ended, or is not waited for. */
  private volatile boolean stopped;

  /** Nodes whose files are being downloaded, or were. Guarded by this, as are the next. */
  private final Set<String> begun = new HashSet<>();

  /** What nodes are sending. */
  private List<FetchComing> coming = List.of();

  private final LeftFiles left = new LeftFiles();
  private final List<String> lines = new ArrayList<>();
  private int unsaid;
  private int streaming;
  private boolean leftOut;
  private JobView view;

  /** Of which something has not come, or is not written. */
  private final Set<String> incomplete = new TreeSet<>();

  /** What has come from each node. A download that is begun again counts once. */
  private final Map<String, Came> came = new HashMap<>();

  private long firstAt;
  private long lastAt;

  /**
   * @param output is told of each file
   */
  Downloads(
      ServerConnection server, UUID job, FetchDest dest, FetchOutput output, Console console) {
    this.server = server;
    this.job = job;
    this.dest = dest;
    this.output = output;
    this.console = console;
    Runtime.getRuntime().addShutdownHook(atEnd);
  }

  /** The process ends by a signal: no part of a file stays. */
  private void abort() {
    ending = true;
    for (FetchedFiles files : taking) {
      try {
        files.abort();
      } catch (IOException e) {
        console.error("directord: a part of a file stays: " + IoErrors.sayWhere(e));
      }
    }
  }

  /**
   * @param files that are in place
   * @param unplaced those that are not, each of which is told
   */
  private record Came(int files, int unplaced, long bytes) {}

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Begins to download as soon as nodes send something. */
  void begin() {
    thread =
        daemon(
            () -> {
              while (!stopped) {
                try {
                  round();
                } catch (IOException e) {
                  // The job may not be there yet; the last round tells what is wrong.
                }
                try {
                  pause();
                } catch (InterruptedException e) {
                  return;
                }
              }
            },
            "downloads");
    thread.start();
  }

  /** Nodes that something was downloaded from. */
  synchronized Set<String> nodes() {
    return Set.copyOf(begun);
  }

  /** The job; empty if the server does not say it. */
  Optional<JobView> view() {
    if (view == null) {
      try {
        view = server.job(job);
      } catch (IOException e) {
        return Optional.empty();
      }
    }
    return Optional.of(view);
  }

  /** What has come, for programs. */
  synchronized ObjectNode totals() {
    ObjectNode totals =
        Json.object()
            .put("dest", dest.of(job))
            .put("files", came.values().stream().mapToInt(Came::files).sum())
            .put("bytes", came.values().stream().mapToLong(Came::bytes).sum())
            .put("not_written", came.values().stream().mapToInt(Came::unplaced).sum());
    totals.set("incomplete", Json.tree(incomplete));
    totals.set("kept", Json.tree(kept()));
    return totals;
  }

  /**
   * Whether the job has left out nodes that had expired, or a node links, FIFOs and the like; known
   * once it has finished.
   */
  boolean leftOut() {
    return leftOut;
  }

  /** Downloads the rest, and says what has come; returns the exit status. */
  int finish() throws IOException, InterruptedException {
    stop();
    if (thread != null) {
      thread.join();
    }
    streams.shutdown();
    streams.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    try {
      round();
      if (!left.isEmpty()) {
        left.onlyOf(
            server.fetches().of(job.toString()).fetched().stream()
                .map(FetchedFrom::node)
                .collect(Collectors.toSet()));
      }
      tellNodes();
    } catch (IOException e) {
      summarize();
      throw e;
    }
    return summarize();
  }

  /** The job is not waited for any longer: says what has come until now. */
  void giveUp() throws InterruptedException {
    stop();
    streams.shutdownNow();
    thread.interrupt();
    thread.join();
    streams.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    summarize();
  }

  private void tellNodes() {
    List<NodeOutcome> outcomes = List.of();
    try {
      view = server.job(job);
      outcomes = view.nodes();
      if (thread == null && !view.leftOut().isEmpty()) {
        leftOut = true;
        line("left out, since expired: " + String.join(", ", view.leftOut()));
      }
    } catch (IOException e) {
      if (!begun.isEmpty()) {
        line("what the nodes have left out cannot be told: " + IoErrors.sayWhere(e));
      }
    }
    for (NodeOutcome outcome : outcomes) {
      if (thread != null || begun.contains(outcome.node())) {
        tell(outcome);
      } else if (!begun.isEmpty()
          && FetchClaim.hasSent(outcome)
          && !FetchClaim.hasLeftNothing(outcome)) {
        // It may have been downloaded before; then nobody misses it.
        line(outcome.node() + ": " + FetchClaim.shown(outcome) + ": not on this server any more");
      }
    }
  }

  /**
   * What a node has left out, or could not bring, and what of that which it sent has not come here.
   * Where a download has failed, that is told already; of a failed job, the follower is told.
   */
  private void tell(NodeOutcome outcome) {
    String node = outcome.node();
    if (thread != null && outcome.state() == NodeOutcome.State.FAILED) {
      return;
    }
    Came from = came.get(node);
    String missing =
        left.areOf(node)
            ? null
            : FetchClaim.missing(outcome, from == null ? -1 : from.files() + from.unplaced())
                .orElse(null);
    if (outcome.state().ended() && !outcome.stderr().isEmpty() && !outcome.info().equals(missing)) {
      leftOut = true;
      line(node + ": " + outcome.info());
    }
    if (missing != null) {
      fail(node, missing);
    }
  }

  static String files(int count) {
    return count + (count == 1 ? " file" : " files");
  }

  private synchronized int summarize() {
    lines.forEach(console::error);
    if (unsaid > 0) {
      console.error("and " + unsaid + " more such lines");
    }
    if (output.isForPeople()) {
      tellCame();
    }
    left.tell(
        job,
        dest.of(job),
        coming.stream().map(FetchComing::node).collect(Collectors.toSet()),
        console);
    return incomplete.isEmpty() ? ExitStatus.OK : ExitStatus.FAILED;
  }

  /** Nodes that brought nothing, since they have none of the files, are told apart. */
  private void tellCame() {
    Set<String> empty = new TreeSet<>();
    came.forEach(
        (node, from) -> {
          if (from.files() + from.unplaced() == 0) {
            empty.add(node);
          }
        });
    int others = begun.size() - empty.size();
    if (others > 0) {
      double seconds = Math.max((lastAt - firstAt) / NANOS, 1e-3);
      int files = came.values().stream().mapToInt(Came::files).sum();
      long bytes = came.values().stream().mapToLong(Came::bytes).sum();
      console.error(
          files(files)
              + ", "
              + ByteSize.text(bytes)
              + " from "
              + Counted.of(others, "node")
              + " in "
              + dest.of(job)
              + ", downloaded with "
              + ByteSize.text((long) (bytes / seconds))
              + "/s");
    }
    if (!empty.isEmpty()) {
      console.error("no file came from " + Counted.of(empty.size(), "node") + names(empty));
    }
  }

  private static String names(Set<String> nodes) {
    return nodes.size() > MAX_NAMES ? "" : ": " + String.join(", ", nodes);
  }

  /** Nodes of which something waits on the server: it was not downloaded or is still coming. */
  private Set<String> kept() {
    Set<String> nodes = left.nodes();
    coming.forEach(one -> nodes.add(one.node()));
    return nodes;
  }

  private synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  /** Returns at once when it is stopped. */
  private synchronized void pause() throws InterruptedException {
    if (!stopped) {
      wait(POLL_MILLIS);
    }
  }

  private synchronized void coming(List<FetchComing> now) {
    coming = now;
    notifyAll();
  }

  /** See {@link io.directord.common.api.Coming}. */
  private synchronized boolean await(String node, long offset) throws InterruptedIOException {
    try {
      while (!stopped && coming.stream().anyMatch(one -> isEarly(one, node, offset))) {
        wait();
      }
      return !stopped;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for " + node);
    }
  }

  private static boolean isEarly(FetchComing one, String node, long offset) {
    return one.node().equals(node) && one.bytes() < offset + PART_BYTES;
  }

  private void round() throws IOException {
    Bodies.Fetched fetched = server.fetches().of(job.toString());
    coming(fetched.coming());
    transfer.coming(fetched.coming(), System.nanoTime());
    tellWaiting(fetched.coming());
    if (!stopped) {
      fetched.coming().stream().filter(one -> one.bytes() > 0).forEach(this::stream);
    }
    for (FetchedFrom from : fetched.fetched()) {
      if (begins(from.node())) {
        transfer.brought(from.bytes());
        boolean over = false;
        try {
          download(from.node(), server.fetches().download(job, from.node()));
          over = true;
        } finally {
          if (!over) {
            again(from.node());
          }
        }
      }
    }
  }

  private synchronized boolean begins(String node) {
    firstAt = begun.isEmpty() ? System.nanoTime() : firstAt;
    return begun.add(node);
  }

  /** Downloads what a node is sending, unless enough are being downloaded from already. */
  private synchronized void stream(FetchComing from) {
    if (streaming == MAX_STREAMS || !begins(from.node())) {
      return;
    }
    streaming++;
    streams.execute(
        () -> {
          boolean over = false;
          try {
            download(
                from.node(),
                server
                    .fetches()
                    .downloadComing(job, from.node(), offset -> await(from.node(), offset)));
            transfer.brought(from.of());
            over = true;
          } catch (NotBroughtException | InterruptedIOException e) {
            // The last round downloads what has come whole nevertheless.
          } finally {
            ended(from.node(), over);
          }
        });
  }

  /** Where there is no bar to say so. */
  private void tellWaiting(List<FetchComing> coming) {
    boolean waits = coming.stream().anyMatch(one -> one.waitsFor() == FetchComing.Wait.ROOM);
    if (waits && !isWaitingTold && !RunOutput.redraws(console)) {
      isWaitingTold = true;
      console.error("directord: fetching: " + transfer.text());
    }
  }

  /** What nodes are sending, for the progress bar; empty if nothing is. For any thread. */
  String transferText() {
    return transfer.text();
  }

  /** What can be written elsewhere, or later, stays on the server. */
  private void download(String node, Download archive)
      throws NotBroughtException, InterruptedIOException {
    try (archive) {
      download(node, dest.of(job, node), archive);
    } catch (NotBroughtException | InterruptedIOException e) {
      throw e;
    } catch (InvalidArchiveException e) {
      left.add(node, LeftFiles.Why.DAMAGED);
      fail(node, "nothing more can be read: " + e.getMessage());
    } catch (IOException e) {
      boolean isHere = e instanceof FileSystemException;
      left.add(node, isHere ? LeftFiles.Why.UNPLACED : LeftFiles.Why.UNREAD);
      fail(node, IoErrors.sayWhere(e));
    }
  }

  private final class Told implements FetchedFiles.Listener {
    private final String node;
    private final Download archive;
    private int resumptions;
    private int unplaced;

    Told(String node, Download archive) {
      this.node = node;
      this.archive = archive;
    }

    private void tell(FetchedFile file, FetchOutput.State state, String info) {
      boolean resumed = archive.resumptions() > resumptions;
      resumptions = archive.resumptions();
      output.file(node, file, state, resumed, info);
    }

    @Override
    public void placed(FetchedFile file, String note) {
      tell(file, FetchOutput.State.WRITTEN, note);
      if (!note.isEmpty()) {
        line(node + ": " + file.shown() + " " + note);
      }
    }

    @Override
    public void refused(FetchedFile file, String why) {
      tell(file, FetchOutput.State.REFUSED, why);
      unplaced++;
      left.add(node, LeftFiles.Why.UNPLACED);
      fail(node, file.shown() + " is not written: " + why);
    }

    @Override
    public void unsound(FetchedFile file, String why) {
      tell(file, FetchOutput.State.UNSOUND, why);
      unplaced++;
      fail(node, file.shown() + " is not written: what the node sent is not sound: " + why);
    }

    @Override
    public void damaged(FetchedFile file, String why) {
      tell(file, FetchOutput.State.DAMAGED, why);
      unplaced++;
      left.add(node, LeftFiles.Why.DAMAGED);
      fail(node, file.shown() + " is damaged, and not written: " + why);
    }

    @Override
    public void removed(Path file) {
      line(node + ": " + file + " is removed: a fetch that was killed had left it");
    }
  }

  private void download(String node, Path root, Download archive) throws IOException {
    Told told = new Told(node, archive);
    FetchedFiles taken = new FetchedFiles(root, told);
    taking.add(taken);
    try {
      if (ending) {
        throw new InterruptedIOException("the process is ending");
      }
      taken.take(archive);
    } finally {
      taking.remove(taken);
      count(node, new Came(taken.files(), told.unplaced, taken.bytes()));
    }
    if (!left.areOf(node)) {
      remove(node);
    }
  }

  /** All files are here. */
  private void remove(String node) throws InterruptedIOException {
    try {
      server.fetches().remove(job, node);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      if (e instanceof ApiException refused && refused.code() == ErrorCode.NOTHING_FETCHED) {
        // Another command has downloaded them too, and removed them first.
        return;
      }
      left.add(node, LeftFiles.Why.UNPLACED);
      fail(node, "its files are here, but the server did not remove them: " + IoErrors.sayWhere(e));
    }
  }

  private synchronized void count(String node, Came taken) {
    came.put(node, taken);
    lastAt = System.nanoTime();
  }

  private synchronized void ended(String node, boolean over) {
    streaming--;
    if (!over) {
      again(node);
    }
  }

  /** Nothing counts as downloaded from it. */
  private synchronized void again(String node) {
    begun.remove(node);
  }

  private synchronized void fail(String node, String text) {
    incomplete.add(node);
    line(node + ": " + text);
  }

  private synchronized void line(String text) {
    if (lines.size() < MAX_LINES) {
      lines.add(text);
    } else {
      unsaid++;
    }
  }

  @Override
  public void close() {
    stop();
    streams.shutdownNow();
    if (thread != null) {
      thread.interrupt();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(atEnd);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook runs.
    }
  }
}
