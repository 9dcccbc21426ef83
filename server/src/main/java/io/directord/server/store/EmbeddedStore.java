package io.directord.server.store;

import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.h2.mvstore.MVStoreException;

/**
 * Keeps everything in two files of one folder, see {@link Tables}. Values are JSON, so that a later
 * version reads what an earlier one wrote. A commit is on the disk when it returns.
 */
public final class EmbeddedStore implements JobStore {
  private static final byte[] NOTHING = {};

  /** A result's key is its job's number and, in so many bits, the index of its target. */
  private static final int TARGET_BITS = 20;

  private final Tables tables;
  private final Tables.Table<String> nodes;
  private final Tables.Table<Long> jobs;
  private final Tables.Table<String> ids;
  private final Tables.Table<String> parents;
  private final Tables.Table<Long> results;
  private final Tables.Table<Long> summaries;

  private EmbeddedStore(Tables tables) {
    this.tables = tables;
    nodes = tables.byText("nodes");
    jobs = tables.byNumber("jobs");
    ids = tables.byText("ids");
    parents = tables.byText("parents");
    results = tables.byNumber("results");
    summaries = tables.byNumber("summaries");
    failing(
        () -> {
          tables.recover();
          return null;
        });
  }

  /** Opens the store in that folder, or makes one. */
  public static EmbeddedStore open(Path folder) {
    return new EmbeddedStore(Tables.open(folder));
  }

  static EmbeddedStore open(Path folder, long maxLogBytes, int retentionMillis) {
    return new EmbeddedStore(Tables.open(folder, maxLogBytes, retentionMillis));
  }

  @Override
  public String location() {
    return tables.file().toString();
  }

  @Override
  public void commit(List<Change> changes) {
    failing(
        () -> {
          changes.forEach(this::apply);
          tables.commit();
          return null;
        });
  }

  private void apply(Change change) {
    if (change instanceof Change.PutJob put) {
      StoredJob job = put.job();
      jobs.put(job.seq(), StoredJson.write(job));
      ids.put(job.job().id().toString(), number(job.seq()));
      parents.put(parentKey(job.job().parent().id(), job.seq()), NOTHING);
    } else if (change instanceof Change.PutResult put) {
      if (jobs.map().containsKey(put.seq())) {
        results.put(resultKey(put.seq(), put.target()), Json.bytes(put.outcome()));
      }
    } else if (change instanceof Change.PutSummary put) {
      if (jobs.map().containsKey(put.seq())) {
        summaries.put(put.seq(), Json.bytes(put.summary()));
      }
    } else if (change instanceof Change.ForgetJobs forget) {
      forget.seqs().forEach(this::forget);
    } else if (change instanceof Change.PutNode put) {
      nodes.put(put.node().identity(), Json.bytes(put.node()));
    } else if (change instanceof Change.ForgetNode forget) {
      nodes.remove(forget.identity());
    }
  }

  private void forget(long seq) {
    summaries.remove(seq);
    List<Long> keys = new ArrayList<>();
    resultKeys(seq).forEachRemaining(keys::add);
    keys.forEach(results::remove);
    byte[] json = jobs.remove(seq);
    if (json != null) {
      StoredJob job = StoredJson.read(json);
      ids.remove(job.job().id().toString());
      parents.remove(parentKey(job.job().parent().id(), seq));
    }
  }

  @Override
  public long usableBytes() {
    try {
      return Files.getFileStore(tables.file()).getUsableSpace();
    } catch (IOException e) {
      throw new StoreException("cannot ask how much room " + tables.file() + " has: " + e, e);
    }
  }

  @Override
  public List<StoredNode> nodes() {
    return failing(
        () ->
            nodes.map().values().stream().map(json -> Json.read(json, StoredNode.class)).toList());
  }

  @Override
  public List<StoredJob> unended() {
    return failing(
        () -> {
          List<StoredJob> unended = new ArrayList<>();
          jobs.map()
              .forEach(
                  (seq, json) -> {
                    if (!summaries.map().containsKey(seq)) {
                      unended.add(StoredJson.read(json));
                    }
                  });
          return unended;
        });
  }

  @Override
  public long lastSeq() {
    return failing(() -> jobs.map().isEmpty() ? 0 : jobs.map().lastKey());
  }

  @Override
  public Optional<StoredJob> job(UUID id) {
    return failing(
        () ->
            Optional.ofNullable(ids.map().get(id.toString()))
                .map(seq -> jobs.map().get(ByteBuffer.wrap(seq).getLong()))
                .map(StoredJson::read));
  }

  @Override
  public Optional<StoredJob> newest() {
    return failing(
        () -> Optional.ofNullable(jobs.map().lastKey()).map(jobs.map()::get).map(StoredJson::read));
  }

  @Override
  public Set<Integer> answered(long seq) {
    return failing(
        () -> {
          Set<Integer> found = new TreeSet<>();
          resultKeys(seq).forEachRemaining(key -> found.add(target(key)));
          return found;
        });
  }

  @Override
  public Optional<NodeOutcome> result(long seq, int target) {
    return failing(
        () ->
            Optional.ofNullable(results.map().get(resultKey(seq, target)))
                .map(json -> Json.read(json, NodeOutcome.class)));
  }

  @Override
  public Optional<JobSummary> summary(long seq) {
    return failing(
        () ->
            Optional.ofNullable(summaries.map().get(seq))
                .map(json -> Json.read(json, JobSummary.class)));
  }

  @Override
  public List<Long> seqs(UUID parent) {
    return failing(
        () -> {
          List<Long> seqs = new ArrayList<>();
          if (parent == null) {
            summaries.map().keyIterator(null).forEachRemaining(seqs::add);
            return seqs;
          }
          String last = parentKey(parent, Long.MAX_VALUE);
          Iterator<String> keys = parents.map().keyIterator(parentKey(parent, 0));
          while (keys.hasNext()) {
            String key = keys.next();
            if (key.compareTo(last) > 0) {
              break;
            }
            seqs.add(Long.parseLong(key.substring(key.indexOf('/') + 1), 16));
          }
          return seqs;
        });
  }

  @Override
  public int endedJobs() {
    return failing(() -> summaries.map().size());
  }

  @Override
  public List<Long> oldestEnded(int count) {
    return failing(
        () -> {
          List<Long> oldest = new ArrayList<>();
          Iterator<Long> keys = summaries.map().keyIterator(null);
          while (keys.hasNext() && oldest.size() < count) {
            oldest.add(keys.next());
          }
          return oldest;
        });
  }

  @Override
  public void close() {
    failing(
        () -> {
          tables.close();
          return null;
        });
  }

  private Iterator<Long> resultKeys(long seq) {
    long last = resultKey(seq + 1, 0);
    Iterator<Long> keys = results.map().keyIterator(resultKey(seq, 0));
    List<Long> found = new ArrayList<>();
    while (keys.hasNext()) {
      long key = keys.next();
      if (key >= last) {
        break;
      }
      found.add(key);
    }
    return found.iterator();
  }

  /** Something that may fail. */
  private interface Work<T> {
    T run() throws IOException;
  }

  private <T> T failing(Work<T> work) {
    try {
      return work.run();
    } catch (IOException | UncheckedIOException | MVStoreException e) {
      Throwable root = e.getCause() == null ? e : e.getCause();
      throw new StoreException("the store " + tables.file() + " failed: " + root.getMessage(), e);
    }
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  private static long resultKey(long seq, int target) {
    return seq << TARGET_BITS | target;
  }

  private static int target(long resultKey) {
    return (int) (resultKey & (1 << TARGET_BITS) - 1);
  }

  private static String parentKey(UUID parent, long seq) {
    return parent + "/" + String.format("%016x", seq);
  }
}
