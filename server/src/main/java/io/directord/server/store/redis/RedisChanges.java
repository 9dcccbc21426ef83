package io.directord.server.store.redis;

import io.directord.common.json.Json;
import io.directord.server.store.Change;
import io.directord.server.store.StoredJob;
import io.directord.server.store.StoredJson;
import io.directord.server.store.StoredResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Transaction;

/** Changes as commands of one transaction. */
final class RedisChanges {
  private final List<Change> changes;

  /** Of jobs that are there when the next change is made, by number. */
  private final Map<Long, byte[]> index = new HashMap<>();

  private RedisChanges(List<Change> changes) {
    this.changes = changes;
  }

  /** Reads which of the jobs that the changes are about exist. */
  static RedisChanges prepare(Jedis connection, List<Change> changes) {
    RedisChanges prepared = new RedisChanges(changes);
    Set<Long> seqs = new TreeSet<>();
    for (Change change : changes) {
      if (change instanceof Change.PutResult put) {
        seqs.add(put.seq());
      } else if (change instanceof Change.PutSummary put) {
        seqs.add(put.seq());
      } else if (change instanceof Change.CancelJobs cancel) {
        seqs.addAll(cancel.seqs());
      } else if (change instanceof Change.ForgetJobs forget) {
        seqs.addAll(forget.seqs());
      }
    }
    if (!seqs.isEmpty()) {
      List<byte[]> found = connection.hmget(RedisKeys.INDEX, numbers(new ArrayList<>(seqs)));
      int i = 0;
      for (long seq : seqs) {
        byte[] entry = found.get(i++);
        if (entry != null) {
          prepared.index.put(seq, entry);
        }
      }
    }
    return prepared;
  }

  static byte[][] numbers(List<Long> seqs) {
    return seqs.stream().map(RedisKeys::number).toArray(byte[][]::new);
  }

  void addTo(Transaction to) {
    changes.forEach(change -> add(change, to));
  }

  private void add(Change change, Transaction to) {
    if (change instanceof Change.PutJob put) {
      put(put.job(), to);
    } else if (change instanceof Change.PutResult put) {
      if (index.containsKey(put.seq())) {
        to.hset(
            RedisKeys.results(put.seq()),
            RedisKeys.number(put.target()),
            StoredResult.write(put.outcome()));
      }
    } else if (change instanceof Change.PutSummary put) {
      if (index.containsKey(put.seq())) {
        byte[] seq = RedisKeys.number(put.seq());
        to.hset(RedisKeys.SUMMARIES, seq, Json.bytes(put.summary()));
        to.zadd(RedisKeys.ENDED, put.seq(), seq);
      }
    } else if (change instanceof Change.CancelJobs cancel) {
      List<Long> known = cancel.seqs().stream().filter(index::containsKey).toList();
      if (!known.isEmpty()) {
        to.sadd(RedisKeys.CANCELLED, numbers(known));
      }
    } else if (change instanceof Change.ForgetJobs forget) {
      forget.seqs().forEach(seq -> forget(seq, to));
    } else if (change instanceof Change.MakeGood) {
      throw new IllegalArgumentException("a database tells of no loss");
    } else if (change instanceof Change.PutRun put) {
      to.hset(RedisKeys.RUNS, RedisKeys.utf8(put.parent().toString()), Json.bytes(put.nodes()));
    } else if (change instanceof Change.PutProgress put) {
      byte[] parent = RedisKeys.utf8(put.parent().toString());
      to.hset(RedisKeys.PROGRESS, parent, Json.bytes(put.progress()));
    } else if (change instanceof Change.ForgetRun forget) {
      byte[] parent = RedisKeys.utf8(forget.parent().toString());
      to.hdel(RedisKeys.RUNS, parent);
      to.hdel(RedisKeys.PROGRESS, parent);
    } else if (change instanceof Change.PutSchedule put) {
      byte[] name = RedisKeys.utf8(put.schedule().name());
      to.hset(RedisKeys.SCHEDULES, name, put.schedule().write());
      to.hset(RedisKeys.SCHEDULE_STATES, name, Json.bytes(put.state()));
    } else if (change instanceof Change.PutScheduleState put) {
      byte[] name = RedisKeys.utf8(put.name());
      to.hset(RedisKeys.SCHEDULE_STATES, name, Json.bytes(put.state()));
    } else if (change instanceof Change.ForgetSchedule forget) {
      byte[] name = RedisKeys.utf8(forget.name());
      to.hdel(RedisKeys.SCHEDULES, name);
      to.hdel(RedisKeys.SCHEDULE_STATES, name);
    } else if (change instanceof Change.PutNode put) {
      to.hset(RedisKeys.NODES, RedisKeys.utf8(put.node().identity()), Json.bytes(put.node()));
    } else if (change instanceof Change.ForgetNode forget) {
      to.hdel(RedisKeys.NODES, RedisKeys.utf8(forget.identity()));
    } else if (change instanceof Change.PutToken put) {
      to.hset(RedisKeys.TOKENS, RedisKeys.utf8(put.token().name()), Json.bytes(put.token()));
    } else if (change instanceof Change.ForgetToken forget) {
      to.hdel(RedisKeys.TOKENS, RedisKeys.utf8(forget.name()));
    } else if (change instanceof Change.PutJoinToken put) {
      to.hset(RedisKeys.JOIN_TOKENS, RedisKeys.utf8(put.token().id()), Json.bytes(put.token()));
    } else if (change instanceof Change.ForgetJoinToken forget) {
      to.hdel(RedisKeys.JOIN_TOKENS, RedisKeys.utf8(forget.id()));
    } else if (change instanceof Change.PutHookEvent put) {
      byte[] key = RedisKeys.utf8(put.event().key());
      to.hset(RedisKeys.HOOK_EVENTS, key, Json.bytes(put.event()));
    } else if (change instanceof Change.ForgetHookEvent forget) {
      to.hdel(RedisKeys.HOOK_EVENTS, RedisKeys.utf8(forget.key()));
    }
  }

  private void put(StoredJob job, Transaction to) {
    byte[] seq = RedisKeys.number(job.seq());
    byte[] entry = RedisKeys.index(job.job().id(), job.job().parent().id());
    index.put(job.seq(), entry);
    to.hset(RedisKeys.JOBS, seq, StoredJson.write(job));
    to.hset(RedisKeys.INDEX, seq, entry);
    to.zadd(RedisKeys.SEQS, job.seq(), seq);
    to.zadd(RedisKeys.IDS, 0, RedisKeys.entry(job.job().id(), job.seq()));
    to.zadd(RedisKeys.PARENTS, 0, RedisKeys.entry(job.job().parent().id(), job.seq()));
    if (job.cancelled()) {
      to.sadd(RedisKeys.CANCELLED, seq);
    } else {
      to.srem(RedisKeys.CANCELLED, seq);
    }
  }

  private void forget(long number, Transaction to) {
    byte[] entry = index.remove(number);
    if (entry == null) {
      return;
    }
    byte[] seq = RedisKeys.number(number);
    to.zrem(RedisKeys.IDS, RedisKeys.entry(RedisKeys.idOf(entry), number));
    to.zrem(RedisKeys.PARENTS, RedisKeys.entry(RedisKeys.parentOf(entry), number));
    to.zrem(RedisKeys.SEQS, seq);
    to.zrem(RedisKeys.ENDED, seq);
    to.hdel(RedisKeys.SUMMARIES, seq);
    to.srem(RedisKeys.CANCELLED, seq);
    to.hdel(RedisKeys.JOBS, seq);
    to.hdel(RedisKeys.INDEX, seq);
    to.unlink(RedisKeys.results(number));
  }
}
