package io.directord.server.store;

import io.directord.common.job.Parent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/** By which ids of jobs and of parents lead to the numbers of jobs. */
final class StoreIndex {
  private static final byte[] NOTHING = {};
  private static final int ID_LENGTH = 36;

  private final EntryReader reader;
  private final StoreTable<String> ids;
  private final StoreTable<String> parents;

  StoreIndex(EntryReader reader, StoreTable<String> ids, StoreTable<String> parents) {
    this.reader = reader;
    this.ids = ids;
    this.parents = parents;
  }

  void add(StoredJob job) {
    ids.put(job.job().id().toString(), StoreKeys.number(job.seq()));
    addParent(job.job().parent(), job.seq());
  }

  void addParent(Parent parent, long seq) {
    parents.put(StoreKeys.parentKey(parent.id(), seq), NOTHING);
  }

  /** Whether as many ids and as many parents lead to jobs. */
  boolean isOf(int jobs) {
    return ids.size() == jobs && parents.size() == jobs;
  }

  /** Removes what leads to nothing. */
  void retain(Set<Long> jobs, Set<Long> summaries) {
    for (String id : ids.allKeys()) {
      Long seq = seqOf(id);
      if (seq == null || !jobs.contains(seq)) {
        ids.remove(id);
      }
    }
    for (String parent : parents.allKeys()) {
      long seq = StoreKeys.seqOfParentKey(parent);
      if (!jobs.contains(seq) && !summaries.contains(seq)) {
        parents.remove(parent);
      }
    }
  }

  /**
   * What removes a job.
   *
   * @param job null if it is damaged: then all entries are searched
   */
  void forget(long seq, StoredJob job, Consumer<RedoLog.Mutation> to) {
    if (job != null) {
      to.accept(ids.removal(job.job().id().toString()));
      to.accept(parents.removal(StoreKeys.parentKey(job.job().parent().id(), seq)));
    } else {
      ids.allKeys().stream()
          .filter(id -> Objects.equals(seqOf(id), seq))
          .forEach(id -> to.accept(ids.removal(id)));
      parents.allKeys().stream()
          .filter(key -> StoreKeys.seqOfParentKey(key) == seq)
          .forEach(key -> to.accept(parents.removal(key)));
    }
  }

  List<String> allIds() {
    return ids.allKeys();
  }

  /** The number of the job of that id; null if there is none, or it is damaged. */
  Long seqOf(String id) {
    return reader.read(ids, id, bytes -> ByteBuffer.wrap(bytes).getLong());
  }

  List<UUID> jobIds(String beginning, int max) {
    return idsOf(ids, beginning, max);
  }

  List<UUID> parentIds(String beginning, int max) {
    return idsOf(parents, beginning, max);
  }

  /** Each once, of keys that begin with them. */
  static List<UUID> idsOf(StoreTable<String> table, String beginning, int max) {
    Iterator<String> keys = table.keys(beginning);
    Set<UUID> found = new LinkedHashSet<>();
    while (keys.hasNext() && found.size() < max) {
      String key = keys.next();
      if (!key.startsWith(beginning)) {
        break;
      }
      found.add(UUID.fromString(key.substring(0, ID_LENGTH)));
    }
    return List.copyOf(found);
  }

  /** The numbers of the parent's jobs, in the order of submission. */
  List<Long> seqs(UUID parent) {
    List<Long> seqs = new ArrayList<>();
    String last = StoreKeys.parentKey(parent, Long.MAX_VALUE);
    Iterator<String> keys = parents.keys(StoreKeys.parentKey(parent, 0));
    while (keys.hasNext()) {
      String key = keys.next();
      if (key.compareTo(last) > 0) {
        break;
      }
      seqs.add(StoreKeys.seqOfParentKey(key));
    }
    return seqs;
  }
}
