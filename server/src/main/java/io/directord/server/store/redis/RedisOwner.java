package io.directord.server.store.redis;

import io.directord.common.validation.LaterVersionException;
import io.directord.server.store.StoreException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Response;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.SetParams;

/**
 * Whose the database is: one server uses it at a time, whose name is in {@link RedisKeys#OWNER}. A
 * transaction is done only if that has not been touched since it was read, and touches it: so
 * neither a server that was replaced nor a connection that was cut off can write.
 */
final class RedisOwner {
  private static final System.Logger LOG = System.getLogger(RedisOwner.class.getName());
  private static final int VERSION = 1;
  private static final byte[] VERSION_FIELD = RedisKeys.utf8("version");
  private static final byte[] ID_FIELD = RedisKeys.utf8("id");
  private static final byte[] COMMITS_FIELD = RedisKeys.utf8("commits");

  /** A server that says nothing for so long may be replaced, though its connection is there. */
  private static final long SILENT_MILLIS = 15_000;

  private final RedisDatabase database;

  /** Of what is in the database; null before this server knows. */
  private volatile String id;

  /** How many commits it has, as far as this server knows. */
  private long commits;

  /** What belongs into one transaction. */
  interface Work {
    void addTo(Transaction transaction);
  }

  RedisOwner(RedisDatabase database) {
    this.database = database;
  }

  /**
   * Claims the database for this server.
   *
   * @throws StoreException if another server has it, a later version filled it, it is not the one
   *     that this server used before, or it deletes what it has when its memory is full
   */
  void claim(Jedis connection) {
    connection.watch(RedisKeys.OWNER);
    requireFree(connection);
    Map<byte[], byte[]> format = connection.hgetAll(RedisKeys.FORMAT);
    String found = text(format.get(ID_FIELD));
    if (id != null && !id.equals(found)) {
      throw StoreException.replaced(database.location());
    }
    String counted = text(format.get(COMMITS_FIELD));
    long there = counted == null ? 0 : Long.parseLong(counted);
    if (there < commits) {
      throw StoreException.older(database.location(), commits - there);
    }
    String version = text(format.get(VERSION_FIELD));
    if (version != null && Integer.parseInt(version) > VERSION) {
      throw new StoreException(
          new LaterVersionException(
              "the store " + database.location(), "the version " + version, "database"));
    }
    if (id == null) {
      requireDurability(connection);
    }
    String next = found == null ? UUID.randomUUID().toString() : found;
    Transaction transaction = connection.multi();
    transaction.set(
        RedisKeys.OWNER, RedisKeys.utf8(database.name()), SetParams.setParams().px(SILENT_MILLIS));
    transaction.hset(
        RedisKeys.FORMAT,
        Map.of(
            VERSION_FIELD,
            RedisKeys.utf8(Integer.toString(VERSION)),
            ID_FIELD,
            RedisKeys.utf8(next)));
    if (transaction.exec() == null) {
      throw inUse("");
    }
    id = next;
    commits = there;
  }

  private void requireFree(Jedis connection) {
    String owner = text(connection.get(RedisKeys.OWNER));
    if (owner == null || owner.equals(database.name())) {
      return;
    }
    for (String client : clients(connection, owner).split("\n")) {
      if (client.contains(" name=" + owner + " ")) {
        throw inUse(client.replaceFirst(".* addr=(\\S*):.*", ", from $1"));
      }
    }
  }

  /** Who is connected; the owner, if that may not be asked. */
  private static String clients(Jedis connection, String owner) {
    try {
      return connection.clientList();
    } catch (JedisDataException e) {
      return "id=0 addr=unknown: name=" + owner + " ";
    }
  }

  private StoreException inUse(String where) {
    return new StoreException(
        "another server uses "
            + database.location()
            + where
            + ": stop it, or give this one another --datastore",
        null);
  }

  /**
   * Does the work in one transaction.
   *
   * @throws StoreException if this server may not write any more; nothing is done
   */
  void write(Jedis connection, Work work) {
    AtomicReference<Response<Long>> counted = new AtomicReference<>();
    transact(
        connection,
        to -> {
          work.addTo(to);
          counted.set(to.hincrBy(RedisKeys.FORMAT, COMMITS_FIELD, 1));
        });
    commits = counted.get().get();
  }

  /** Says that this server is still there; it throws what {@link #write} throws. */
  void renew(Jedis connection) {
    transact(connection, nothing -> {});
  }

  private void transact(Jedis connection, Work work) {
    connection.watch(RedisKeys.OWNER);
    if (!database.name().equals(text(connection.get(RedisKeys.OWNER)))) {
      // What it was before is free, or another's, which the claim tells.
      connection.unwatch();
      claim(connection);
      connection.watch(RedisKeys.OWNER);
    }
    Transaction transaction = connection.multi();
    transaction.pexpire(RedisKeys.OWNER, SILENT_MILLIS);
    work.addTo(transaction);
    boolean done;
    try {
      done = transaction.exec() != null;
    } catch (JedisDataException e) {
      throw reason(connection, e);
    }
    if (!done) {
      throw inUse("");
    }
  }

  /** Of a transaction Redis says only that it was refused, of a single command also why. */
  private static JedisDataException reason(Jedis connection, JedisDataException refused) {
    try {
      connection.set(RedisKeys.PROBE, RedisKeys.PROBE, SetParams.setParams().px(1));
      return refused;
    } catch (JedisDataException e) {
      return e;
    }
  }

  /** Whether this is the database that was claimed last. */
  boolean isIn(Jedis connection) {
    return id == null || id.equals(text(connection.hget(RedisKeys.FORMAT, ID_FIELD)));
  }

  /** Leaves the database to the next server. */
  void release(Jedis connection) {
    connection.watch(RedisKeys.OWNER);
    if (database.name().equals(text(connection.get(RedisKeys.OWNER)))) {
      Transaction transaction = connection.multi();
      transaction.del(RedisKeys.OWNER);
      transaction.exec();
    }
  }

  private void requireDurability(Jedis connection) {
    Map<String, String> config;
    try {
      config = connection.configGet("appendonly", "appendfsync", "maxmemory", "maxmemory-policy");
    } catch (JedisDataException e) {
      LOG.log(
          Level.WARNING,
          "{0} does not say what it keeps on its disk: only with appendonly yes, appendfsync always"
              + " and maxmemory-policy noeviction nothing is lost that was acknowledged",
          database.location());
      return;
    }
    String policy = config.get("maxmemory-policy");
    if (policy != null && policy.startsWith("allkeys")) {
      throw new StoreException(
          "the store "
              + database.location()
              + " deletes jobs when its memory is full (maxmemory-policy "
              + policy
              + "): set it to noeviction",
          null);
    }
    if (!"yes".equals(config.get("appendonly"))) {
      LOG.log(
          Level.WARNING,
          "{0} keeps snapshots only (appendonly no): when Redis ends, jobs and results are lost that"
              + " were acknowledged since the last one",
          database.location());
    } else if (!"always".equals(config.get("appendfsync"))) {
      LOG.log(
          Level.WARNING,
          "{0} syncs its disk later (appendfsync {1}): when its machine fails, jobs and results are"
              + " lost that were acknowledged {2}",
          database.location(),
          config.get("appendfsync"),
          "everysec".equals(config.get("appendfsync"))
              ? "in the last two seconds"
              : "since the system wrote them last");
    }
  }

  private static String text(byte[] value) {
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }
}
