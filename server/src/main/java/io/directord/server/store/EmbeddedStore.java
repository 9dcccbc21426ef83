package io.directord.server.store;

import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.json.Json;
import io.directord.common.security.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.DataType;
import org.h2.mvstore.type.LongDataType;
import org.h2.mvstore.type.StringDataType;

/**
 * Keeps everything in one file, an H2 MVStore, which one process has open at a time. Values are
 * JSON, so that a later version reads what an earlier one wrote. A commit is on the disk when it
 * returns.
 */
public final class EmbeddedStore implements JobStore {
  private static final String FILE_NAME = "server.store";
  private static final int CACHE_MIB = 4;

  /** A result's key is its job's number and, in so many bits, the index of its target. */
  private static final int TARGET_BITS = 20;

  /** Room is won back when less than this percentage of the file is in use. */
  private static final int MIN_FILL_PERCENT = 50;

  /** Commits between looks at how full the file is, and how much is moved then. */
  private static final int HOUSEKEEPING_COMMITS = 64;

  /**
   * How long the room of what a commit replaced stays as it was: every commit is synced, so only
   * for somebody who is just reading there.
   */
  private static final int RETENTION_MILLIS = 1000;

  private static final int HOUSEKEEPING_BYTES = 4 << 20;
  private static final int CLOSE_COMPACT_MILLIS = 200;

  private final Path file;
  private final MVStore store;
  private final MVMap<String, byte[]> nodes;
  private final MVMap<Long, byte[]> jobs;
  private final MVMap<String, Long> ids;
  private final MVMap<String, Long> parents;
  private final MVMap<Long, byte[]> results;
  private final MVMap<Long, byte[]> summaries;
  private int commits;

  private EmbeddedStore(Path file, MVStore store, int retentionMillis) {
    this.file = file;
    this.store = store;
    store.setRetentionTime(retentionMillis);
    StringDataType text = StringDataType.INSTANCE;
    nodes = map("nodes", text, ByteArrayDataType.INSTANCE);
    jobs = map("jobs", LongDataType.INSTANCE, ByteArrayDataType.INSTANCE);
    ids = map("ids", text, LongDataType.INSTANCE);
    parents = map("parents", text, LongDataType.INSTANCE);
    results = map("results", LongDataType.INSTANCE, ByteArrayDataType.INSTANCE);
    summaries = map("summaries", LongDataType.INSTANCE, ByteArrayDataType.INSTANCE);
  }

  /** Opens the store in that folder, or makes one. */
  public static EmbeddedStore open(Path folder) {
    return open(folder, RETENTION_MILLIS);
  }

  static EmbeddedStore open(Path folder, int retentionMillis) {
    Path file = folder.resolve(FILE_NAME);
    try {
      Files.createDirectories(folder);
      if (!Files.exists(file)) {
        PrivateFiles.create(file, new byte[0]);
      }
      return new EmbeddedStore(
          file,
          new MVStore.Builder()
              .fileName(file.toString())
              .autoCommitDisabled()
              .cacheSize(CACHE_MIB)
              .open(),
          retentionMillis);
    } catch (IOException e) {
      throw new StoreException("cannot use the folder " + folder + " for the store: " + e, e);
    } catch (MVStoreException e) {
      if (e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
        throw new StoreException(
            "another server uses " + file + ": stop it, or give this one another --state-path", e);
      }
      throw new StoreException(
          "the store "
              + file
              + " cannot be opened: "
              + e.getMessage()
              + ". Move it away to start with an empty one",
          e);
    }
  }

  private <K, V> MVMap<K, V> map(String name, DataType<K> key, DataType<V> value) {
    return store.openMap(name, new MVMap.Builder<K, V>().keyType(key).valueType(value));
  }

  @Override
  public String location() {
    return file.toString();
  }

  @Override
  public void commit(List<Change> changes) {
    failing(
        () -> {
          changes.forEach(this::apply);
          store.commit();
          store.sync();
          if (++commits % HOUSEKEEPING_COMMITS == 0) {
            store.compact(MIN_FILL_PERCENT, HOUSEKEEPING_BYTES);
          }
          return null;
        });
  }

  private void apply(Change change) {
    if (change instanceof Change.PutJob put) {
      StoredJob job = put.job();
      jobs.put(job.seq(), StoredJson.write(job));
      ids.put(job.job().id().toString(), job.seq());
      parents.put(parentKey(job.job().parent().id(), job.seq()), job.seq());
    } else if (change instanceof Change.PutResult put) {
      results.put(resultKey(put.seq(), put.target()), Json.bytes(put.outcome()));
    } else if (change instanceof Change.PutSummary put) {
      summaries.put(put.seq(), Json.bytes(put.summary()));
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
      return Files.getFileStore(file).getUsableSpace();
    } catch (IOException e) {
      throw new StoreException("cannot ask how much room " + file + " has: " + e, e);
    }
  }

  @Override
  public List<StoredNode> nodes() {
    return failing(
        () -> nodes.values().stream().map(json -> Json.read(json, StoredNode.class)).toList());
  }

  @Override
  public List<StoredJob> unended() {
    return failing(
        () -> {
          List<StoredJob> unended = new ArrayList<>();
          jobs.forEach(
              (seq, json) -> {
                if (!summaries.containsKey(seq)) {
                  unended.add(StoredJson.read(json));
                }
              });
          return unended;
        });
  }

  @Override
  public long lastSeq() {
    return failing(() -> jobs.isEmpty() ? 0 : jobs.lastKey());
  }

  @Override
  public Optional<StoredJob> job(UUID id) {
    return failing(
        () -> Optional.ofNullable(ids.get(id.toString())).map(jobs::get).map(StoredJson::read));
  }

  @Override
  public Optional<StoredJob> newest() {
    return failing(() -> Optional.ofNullable(jobs.lastKey()).map(jobs::get).map(StoredJson::read));
  }

  @Override
  public Map<Integer, NodeOutcome> results(long seq) {
    return failing(
        () -> {
          Map<Integer, NodeOutcome> found = new TreeMap<>();
          for (Iterator<Long> keys = resultKeys(seq); keys.hasNext(); ) {
            long key = keys.next();
            byte[] json = results.get(key);
            if (json != null) {
              found.put(target(key), Json.read(json, NodeOutcome.class));
            }
          }
          return found;
        });
  }

  @Override
  public Optional<NodeOutcome> result(long seq, int target) {
    return failing(
        () ->
            Optional.ofNullable(results.get(resultKey(seq, target)))
                .map(json -> Json.read(json, NodeOutcome.class)));
  }

  @Override
  public Optional<JobSummary> summary(long seq) {
    return failing(
        () ->
            Optional.ofNullable(summaries.get(seq)).map(json -> Json.read(json, JobSummary.class)));
  }

  @Override
  public List<Long> seqs(UUID parent) {
    return failing(
        () -> {
          List<Long> seqs = new ArrayList<>();
          if (parent == null) {
            summaries.keyIterator(null).forEachRemaining(seqs::add);
            return seqs;
          }
          String last = parentKey(parent, Long.MAX_VALUE);
          Iterator<String> keys = parents.keyIterator(parentKey(parent, 0));
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
    return failing(summaries::size);
  }

  @Override
  public List<Long> oldestEnded(int count) {
    return failing(
        () -> {
          List<Long> oldest = new ArrayList<>();
          Iterator<Long> keys = summaries.keyIterator(null);
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
          store.close(CLOSE_COMPACT_MILLIS);
          return null;
        });
  }

  private Iterator<Long> resultKeys(long seq) {
    long last = resultKey(seq + 1, 0);
    Iterator<Long> keys = results.keyIterator(resultKey(seq, 0));
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

  private <T> T failing(Supplier<T> work) {
    try {
      return work.get();
    } catch (MVStoreException e) {
      Throwable root = e.getCause() == null ? e : e.getCause();
      throw new StoreException("the store " + file + " failed: " + root.getMessage(), e);
    }
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
