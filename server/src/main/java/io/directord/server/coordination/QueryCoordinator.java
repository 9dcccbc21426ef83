package io.directord.server.coordination;

import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Job;
import io.directord.server.memory.MemoryBudget.Share;
import io.directord.server.store.FoundJob;
import io.directord.server.store.JobRead;
import io.directord.verbs.builtin.QueryComponent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * QUERY: collects the answers of nodes. Once every node has answered or cannot any more, one
 * callback job delivers the answers to all nodes, and waiting nodes are resumed when it has ended
 * there. Nothing of this is stored: waiting nodes repeat their message on every connection, and
 * results of the others are in the store.
 */
public final class QueryCoordinator implements Coordinator {
  /** What an answer takes beside its text: places in maps, and what a String has of its own. */
  private static final int ANSWER_BYTES = 150;

  private static final int KIBIBYTE = 1 << 10;

  private final Share memory;
  private final Map<UUID, Round> rounds = new HashMap<>();

  /** Queries of unfinished callbacks. */
  private final Map<UUID, UUID> queries = new HashMap<>();

  /** The state of one query. */
  private static final class Round {
    final Map<String, String> answers = new HashMap<>();
    final Set<String> waiting = new HashSet<>();
    final Set<String> missing = new HashSet<>();

    /** Nodes whose answers there was no memory for. */
    final Set<String> unkept = new TreeSet<>();

    /** Those that have no such argument. */
    List<String> without = List.of();

    boolean handedOut;

    /** Whether the store is being asked for answers. */
    boolean isReading;

    /** Of the memory for answers. */
    long bytes;

    Round(Work query) {
      for (String node : query.targets()) {
        if (!query.hasEndedOn(node)) {
          missing.add(node);
        }
      }
    }
  }

  /** Answers given before a restart of the server. */
  private record EarlierAnswers(QueryCoordinator owner, Work query, Round round)
      implements Floor.Finder {
    @Override
    public void found(List<FoundJob> found, Floor floor) {
      for (FoundJob one : found) {
        one.results().forEach((node, result) -> owner.keep(round, node, result.stdout()));
      }
      owner.handOut(query, round, floor);
      owner.read(query, round);
    }
  }

  /** The result of an ended callback on a waiting node. */
  private record CallbackResult(QueryCoordinator owner, UUID query, UUID callback, String node)
      implements Floor.Finder {
    @Override
    public void found(List<FoundJob> found, Floor floor) {
      if (found.isEmpty() || !found.get(0).stored().targets().contains(node)) {
        String info = "this node was away when the answers were handed out";
        floor.resume(node, query, false, info);
        return;
      }
      NodeOutcome result = found.get(0).results().get(node);
      if (result != null) {
        owner.resume(node, query, callback, result, floor);
      }
    }
  }

  /**
   * @param memory for answers that are not handed out yet
   */
  public QueryCoordinator(Share memory) {
    this.memory = memory;
  }

  @Override
  public String verb() {
    return QueryComponent.VERB;
  }

  @Override
  public boolean targetsEveryNode() {
    return true;
  }

  @Override
  public void waiting(Work query, String node, String answer, Floor floor) {
    Round round = round(query);
    UUID callback = QueryComponent.callbackId(query.id());
    Work live = floor.find(callback);
    boolean isHandedOut = live != null || floor.isKept(callback);
    // No node of ours says more; an oversized answer is treated as missing.
    boolean tooLong = answer.length() > QueryComponent.MAX_ANSWER;
    if (!isHandedOut && !keep(round, node, tooLong ? "" : answer)) {
      floor.resume(node, query.id(), false, noMemory(Set.of(node)));
      return;
    }
    round.waiting.add(node);
    round.missing.remove(node);
    if (!isHandedOut) {
      handOutIfComplete(query, round, floor);
      return;
    }
    round.handedOut = true;
    if (live != null) {
      queries.put(callback, query.id());
    }
    if (live == null || live.isCommittedOn(node) || !live.targets().contains(node)) {
      floor.read(
          List.of(new JobRead(callback, Set.of(node))),
          new CallbackResult(this, query.id(), callback, node));
    }
  }

  @Override
  public void ended(Work job, String node, NodeOutcome outcome, Floor floor) {
    if (!job.job().verb().equals(verb())) {
      return;
    }
    Round round = round(job);
    round.waiting.remove(node);
    round.missing.remove(node);
    if (outcome.state() == NodeOutcome.State.FAILED) {
      round.unkept.remove(node);
    } else if (!round.handedOut) {
      keep(round, node, outcome.stdout());
    }
    handOutIfComplete(job, round, floor);
    if (job.isEnded()) {
      rounds.remove(job.id());
      if (!round.isReading) {
        letGo(round);
      }
    }
  }

  @Override
  public void committed(Work job, String node, NodeOutcome outcome, Floor floor) {
    UUID query = queries.get(job.id());
    if (query == null) {
      return;
    }
    Round round = rounds.get(query);
    if (round != null && round.waiting.contains(node)) {
      resume(node, query, job.id(), outcome, floor);
    }
    if (job.isCommitted()) {
      queries.remove(job.id());
    }
  }

  private Round round(Work query) {
    return rounds.computeIfAbsent(query.id(), id -> new Round(query));
  }

  /** Whether there was memory for the answer; the first one of a node counts. */
  private boolean keep(Round round, String node, String answer) {
    if (round.answers.containsKey(node)) {
      return true;
    }
    long weight = weight(answer);
    if (!memory.tryReserve(weight)) {
      round.unkept.add(node);
      return false;
    }
    round.answers.put(node, answer);
    round.unkept.remove(node);
    round.bytes += weight;
    return true;
  }

  /** Java holds a text in one byte a character, unless one of them needs two. */
  private static long weight(String text) {
    boolean isWide = text.chars().anyMatch(c -> c > 0xff);
    return ANSWER_BYTES + (isWide ? 2L : 1L) * text.length();
  }

  /** The store has been read. */
  private void read(Work query, Round round) {
    round.isReading = false;
    if (rounds.get(query.id()) != round) {
      letGo(round);
    }
  }

  private void letGo(Round round) {
    memory.release(round.bytes);
    round.bytes = 0;
    round.answers.clear();
  }

  private String noMemory(Set<String> nodes) {
    return "there is no memory for the answers of "
        + String.join(", ", nodes)
        + ": answers that are not handed out yet may take "
        + memory.limit() / KIBIBYTE
        + " KiB of this server's; ask for less at a time, or give the server a larger heap";
  }

  private void handOutIfComplete(Work query, Round round, Floor floor) {
    if (round.handedOut || !round.missing.isEmpty() || query.isCancelled()) {
      return;
    }
    round.handedOut = true;
    Set<String> earlier =
        query.targets().stream()
            .filter(node -> !round.answers.containsKey(node) && !query.hasFailedOn(node))
            .collect(Collectors.toSet());
    if (earlier.isEmpty()) {
      handOut(query, round, floor);
    } else {
      round.isReading = true;
      floor.read(List.of(new JobRead(query.id(), earlier)), new EarlierAnswers(this, query, round));
    }
  }

  private void handOut(Work query, Round round, Floor floor) {
    if (!round.unkept.isEmpty()) {
      fail(query, round, noMemory(round.unkept), floor);
      return;
    }
    Map<String, String> answers = new LinkedHashMap<>();
    for (String node : query.targets()) {
      if (round.answers.containsKey(node)) {
        answers.put(node, round.answers.get(node));
      }
    }
    round.without =
        answers.entrySet().stream()
            .filter(answer -> QueryComponent.isUnset(answer.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    List<String> everyNode = floor.present();
    if (answers.isEmpty() || everyNode.isEmpty()) {
      return;
    }
    Job callback = QueryComponent.callback(query.job(), answers, everyNode);
    Optional<String> refusal = floor.submit(callback, query);
    if (refusal.isPresent()) {
      fail(query, round, refusal.get(), floor);
      return;
    }
    letGo(round);
    if (floor.find(callback.id()) != null) {
      queries.put(callback.id(), query.id());
    }
  }

  private static void fail(Work query, Round round, String why, Floor floor) {
    // Tried again for nodes that wait later.
    round.handedOut = false;
    String info = "the answers cannot be handed out: " + why;
    round.waiting.forEach(node -> floor.resume(node, query.id(), false, info));
  }

  private void resume(String node, UUID query, UUID callback, NodeOutcome outcome, Floor floor) {
    boolean success = outcome.state() != NodeOutcome.State.FAILED;
    String info =
        success
            ? "Callback [ "
                + callback
                + " ] completed"
                + unset(query)
                + unanswered(floor.find(query))
            : "the answers could not be kept on this node: " + outcome.info();
    floor.resume(node, query, success, info);
  }

  private String unset(UUID query) {
    Round round = rounds.get(query);
    List<String> without = round == null ? List.of() : round.without;
    return without.isEmpty() ? "" : "; not set on " + String.join(", ", without);
  }

  private static String unanswered(Work query) {
    List<String> silent =
        query == null ? List.of() : query.targets().stream().filter(query::hasFailedOn).toList();
    return silent.isEmpty() ? "" : "; without an answer from " + String.join(", ", silent);
  }
}
