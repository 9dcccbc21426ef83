package io.directord.server.store.redis;

import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.config.DatastoreUrl;
import io.directord.common.json.Json;
import io.directord.server.rolling.RolloutProgress;
import io.directord.server.store.Change;
import io.directord.server.store.JobStore;
import io.directord.server.store.ReadConnections;
import io.directord.server.store.StoreException;
import io.directord.server.store.StoredHookEvent;
import io.directord.server.store.StoredJob;
import io.directord.server.store.StoredJoinToken;
import io.directord.server.store.StoredJson;
import io.directord.server.store.StoredNode;
import io.directord.server.store.StoredResult;
import io.directord.server.store.StoredRun;
import io.directord.server.store.StoredSchedule;
import io.directord.server.store.StoredToken;
import java.nio.BufferUnderflowException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;
import tools.jackson.core.JacksonException;

/**
 * Stores everything in a Redis database, see {@link RedisKeys}. A commit is one transaction, which
 * is done only while this server owns the database, see {@link RedisOwner}. How durable it is
 * depends on how Redis is set up. A connection that is lost is opened anew with the next commit or
 * read.
 */
public final class RedisStore implements JobStore {
  /** Jobs, or summaries, read at once. */
  private static final int PAGE = 100;

  /** Follows an id in an index; the next character behind it ends those of that id. */
  private static final char BEHIND_ID = '/';

  /** In what Redis tells of its memory. */
  private static final String USED_MEMORY = "used_memory:";

  private final RedisDatabase database;
  private final RedisOwner owner;
  private final ReadConnections<Jedis, JedisException> readers;

  /** Changes that are not in the database, as far as is known. */
  private final List<Change> uncommitted = new ArrayList<>();

  /** Null while it is lost. */
  private Jedis writer;

  private RedisStore(RedisDatabase database) {
    this.database = database;
    this.owner = new RedisOwner(database);
    this.readers = new ReadConnections<>(database::connect);
  }

  /**
   * Opens the store, and makes it if the database has none.
   *
   * @throws StoreException if the database cannot be used, or another server uses it
   */
  public static RedisStore open(DatastoreUrl url) {
    RedisStore store = new RedisStore(new RedisDatabase(url));
    store.upkeep();
    return store;
  }

  @Override
  public String location() {
    return database.location();
  }

  @Override
  public void commit(List<Change> changes) {
    uncommitted.addAll(changes);
    if (!uncommitted.isEmpty()) {
      write(
          connection ->
              owner.write(connection, RedisChanges.prepare(connection, uncommitted)::addTo));
      uncommitted.clear();
    }
  }

  /** Says that this server is still there. */
  @Override
  public void upkeep() {
    write(owner::renew);
  }

  private void write(Consumer<Jedis> work) {
    boolean done = false;
    try {
      if (writer == null) {
        writer = database.connect();
        owner.claim(writer);
      }
      work.accept(writer);
      done = true;
    } catch (JedisException e) {
      throw database.failed(e);
    } finally {
      if (!done) {
        closeWriter();
      }
    }
  }

  private void closeWriter() {
    if (writer != null) {
      ReadConnections.close(writer);
      writer = null;
    }
  }

  @Override
  public long usableBytes() {
    return Long.MAX_VALUE;
  }

  /** The memory of the whole Redis server, since nothing tells less. */
  @Override
  public OptionalLong sizeBytes() {
    return read(
        jedis ->
            jedis
                .info("memory")
                .lines()
                .filter(line -> line.startsWith(USED_MEMORY))
                .mapToLong(line -> Long.parseLong(line.substring(USED_MEMORY.length()).strip()))
                .findFirst());
  }

  @Override
  public List<StoredNode> nodes() {
    return read(
        jedis ->
            sorted(jedis.hgetAll(RedisKeys.NODES)).values().stream()
                .map(json -> Json.read(json, StoredNode.class))
                .toList());
  }

  @Override
  public List<StoredHookEvent> hookEvents() {
    return read(
        jedis ->
            sorted(jedis.hgetAll(RedisKeys.HOOK_EVENTS)).values().stream()
                .map(json -> Json.read(json, StoredHookEvent.class))
                .toList());
  }

  @Override
  public List<StoredJoinToken> joinTokens() {
    return read(
        jedis ->
            sorted(jedis.hgetAll(RedisKeys.JOIN_TOKENS)).values().stream()
                .map(json -> Json.read(json, StoredJoinToken.class))
                .toList());
  }

  @Override
  public List<StoredToken> tokens() {
    return read(
        jedis ->
            sorted(jedis.hgetAll(RedisKeys.TOKENS)).values().stream()
                .map(json -> Json.read(json, StoredToken.class))
                .toList());
  }

  private static Map<String, byte[]> sorted(Map<byte[], byte[]> hash) {
    Map<String, byte[]> sorted = new TreeMap<>();
    hash.forEach((key, value) -> sorted.put(new String(key, StandardCharsets.UTF_8), value));
    return sorted;
  }

  @Override
  public List<StoredJob> unended() {
    return read(
        jedis -> {
          Set<Long> ended = new HashSet<>(numbers(jedis.zrange(RedisKeys.ENDED, 0, -1)));
          List<Long> open =
              numbers(jedis.zrange(RedisKeys.SEQS, 0, -1)).stream()
                  .filter(seq -> !ended.contains(seq))
                  .toList();
          List<StoredJob> found = new ArrayList<>();
          for (int i = 0; i < open.size(); i += PAGE) {
            found.addAll(jobs(jedis, open.subList(i, Math.min(open.size(), i + PAGE))));
          }
          return found;
        });
  }

  private static List<StoredJob> jobs(Jedis jedis, List<Long> seqs) {
    if (seqs.isEmpty()) {
      return List.of();
    }
    byte[][] numbers = RedisChanges.numbers(seqs);
    List<byte[]> jobs = jedis.hmget(RedisKeys.JOBS, numbers);
    List<Boolean> cancelled = jedis.smismember(RedisKeys.CANCELLED, numbers);
    List<StoredJob> found = new ArrayList<>();
    for (int i = 0; i < numbers.length; i++) {
      if (jobs.get(i) != null) {
        StoredJob job = StoredJson.read(jobs.get(i));
        found.add(cancelled.get(i) ? job.asCancelled() : job);
      }
    }
    return found;
  }

  private static List<Long> numbers(List<byte[]> texts) {
    return texts.stream().map(RedisKeys::number).toList();
  }

  @Override
  public List<StoredRun> runs() {
    return read(
        jedis -> {
          List<StoredRun> runs = new ArrayList<>();
          Map<String, byte[]> progress = sorted(jedis.hgetAll(RedisKeys.PROGRESS));
          sorted(jedis.hgetAll(RedisKeys.RUNS))
              .forEach((parent, nodes) -> runs.add(run(parent, nodes, progress.get(parent))));
          return runs;
        });
  }

  @Override
  public List<StoredSchedule.Kept> schedules() {
    return read(
        jedis -> {
          List<StoredSchedule.Kept> schedules = new ArrayList<>();
          Map<String, byte[]> states = sorted(jedis.hgetAll(RedisKeys.SCHEDULE_STATES));
          sorted(jedis.hgetAll(RedisKeys.SCHEDULES))
              .forEach((name, json) -> schedules.add(StoredSchedule.read(json, states.get(name))));
          return schedules;
        });
  }

  private static StoredRun run(String parent, byte[] nodes, byte[] progress) {
    return new StoredRun(
        UUID.fromString(parent),
        List.of(Json.read(nodes, String[].class)),
        progress == null ? null : Json.read(progress, RolloutProgress.class));
  }

  @Override
  public long lastSeq() {
    return read(jedis -> numbers(jedis.zrange(RedisKeys.SEQS, -1, -1))).stream()
        .findFirst()
        .orElse(0L);
  }

  @Override
  public Optional<StoredJob> job(UUID id) {
    return read(
        jedis ->
            entries(jedis, RedisKeys.IDS, id).stream()
                .findFirst()
                .flatMap(seq -> jobs(jedis, List.of(seq)).stream().findFirst()));
  }

  @Override
  public Optional<StoredJob> job(long seq) {
    return read(jedis -> jobs(jedis, List.of(seq)).stream().findFirst());
  }

  /** The numbers in the index behind that id, in order. */
  private static List<Long> entries(Jedis jedis, byte[] index, UUID id) {
    byte[] first = RedisKeys.utf8("[" + id + BEHIND_ID);
    byte[] end = RedisKeys.utf8("(" + id + (char) (BEHIND_ID + 1));
    return jedis.zrangeByLex(index, first, end).stream().map(RedisKeys::seq).toList();
  }

  @Override
  public void fromNewest(Predicate<StoredJob> visitor) {
    double before = Double.POSITIVE_INFINITY;
    List<Long> page;
    do {
      page = below(RedisKeys.SEQS, before, PAGE);
      List<Long> wanted = page;
      for (StoredJob job : read(jedis -> jobs(jedis, wanted))) {
        if (!visitor.test(job)) {
          return;
        }
      }
      before = page.isEmpty() ? before : page.get(page.size() - 1);
    } while (!page.isEmpty());
  }

  /** The highest numbers below that one. */
  private List<Long> below(byte[] key, double before, int max) {
    byte[] from = RedisKeys.utf8("(" + (before == Double.POSITIVE_INFINITY ? "+inf" : before));
    return read(
        jedis -> numbers(jedis.zrevrangeByScore(key, from, RedisKeys.utf8("-inf"), 0, max)));
  }

  @Override
  public List<UUID> jobIds(String beginning, int max) {
    return ids(RedisKeys.IDS, beginning, max);
  }

  @Override
  public List<UUID> parentIds(String beginning, int max) {
    return ids(RedisKeys.PARENTS, beginning, max);
  }

  private List<UUID> ids(byte[] index, String beginning, int max) {
    return read(
        jedis -> {
          Set<UUID> found = new LinkedHashSet<>();
          byte[] end = RedisKeys.utf8("(" + beginning + "g");
          byte[] from = RedisKeys.utf8("[" + beginning);
          List<byte[]> next;
          do {
            next = jedis.zrangeByLex(index, from, end, 0, PAGE);
            for (byte[] entry : next) {
              if (found.size() < max) {
                found.add(RedisKeys.id(entry));
              }
            }
            if (!next.isEmpty()) {
              // Those behind the last one of that id: a parent may have many.
              UUID last = RedisKeys.id(next.get(next.size() - 1));
              from = RedisKeys.utf8("(" + last + (char) (BEHIND_ID + 1));
            }
          } while (!next.isEmpty() && found.size() < max);
          return List.copyOf(found);
        });
  }

  @Override
  public Set<Integer> answered(long seq) {
    Set<Integer> found = new TreeSet<>();
    read(jedis -> jedis.hkeys(RedisKeys.results(seq)))
        .forEach(target -> found.add((int) RedisKeys.number(target)));
    return found;
  }

  @Override
  public Optional<NodeOutcome> result(long seq, int target) {
    return read(
        jedis ->
            Optional.ofNullable(jedis.hget(RedisKeys.results(seq), RedisKeys.number(target)))
                .map(StoredResult::read));
  }

  @Override
  public Optional<JobSummary> summary(long seq) {
    return read(
        jedis ->
            Optional.ofNullable(jedis.hget(RedisKeys.SUMMARIES, RedisKeys.number(seq)))
                .map(json -> Json.read(json, JobSummary.class)));
  }

  /** In pages, since to ask for each would take a second for a few thousand. */
  @Override
  public void ended(BiConsumer<Long, JobSummary> visitor) {
    List<Long> seqs = seqs(null);
    for (int i = 0; i < seqs.size(); i += PAGE) {
      List<Long> page = seqs.subList(i, Math.min(seqs.size(), i + PAGE));
      List<byte[]> summaries =
          read(jedis -> jedis.hmget(RedisKeys.SUMMARIES, RedisChanges.numbers(page)));
      for (int at = 0; at < page.size(); at++) {
        byte[] summary = summaries.get(at);
        visitor.accept(page.get(at), summary == null ? null : Json.read(summary, JobSummary.class));
      }
    }
  }

  @Override
  public List<Long> seqs(UUID parent) {
    return read(
        jedis ->
            parent == null
                ? numbers(jedis.zrange(RedisKeys.ENDED, 0, -1))
                : entries(jedis, RedisKeys.PARENTS, parent));
  }

  @Override
  public int endedJobs() {
    return read(jedis -> (int) jedis.zcard(RedisKeys.ENDED));
  }

  @Override
  public int endedJobs(long before) {
    byte[] end = RedisKeys.utf8("(" + before);
    return read(jedis -> (int) jedis.zcount(RedisKeys.ENDED, RedisKeys.utf8("-inf"), end));
  }

  @Override
  public List<Long> lastEnded(long before, int max) {
    return below(RedisKeys.ENDED, before, max);
  }

  private <T> T read(ReadConnections.Query<Jedis, T, JedisException> query) {
    try {
      return readers.read(
          connection -> {
            T found = query.run(connection);
            if (!owner.isIn(connection)) {
              // It would look as if nothing had ever been.
              throw StoreException.replaced(location());
            }
            return found;
          });
    } catch (JedisException e) {
      throw database.failed(e);
    } catch (JacksonException | BufferUnderflowException e) {
      throw new StoreException("the store " + location() + " has an entry that cannot be read", e);
    }
  }

  @Override
  public void close() {
    if (writer != null) {
      ReadConnections.close(() -> owner.release(writer));
    }
    closeWriter();
    readers.close();
  }
}
