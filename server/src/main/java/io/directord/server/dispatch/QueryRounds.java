package io.directord.server.dispatch;

import io.directord.common.api.NodeOutcome;
import io.directord.common.component.builtin.QueryComponent;
import io.directord.common.job.Job;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoredJob;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * QUERY: gathers what nodes answer. Once every node has answered or cannot any more, one callback
 * job takes the answers to all nodes, and the nodes that wait for it go on when it has ended there.
 * Nothing of this is stored: nodes that wait say so again on every connection, and results of those
 * that do not are in the store.
 */
final class QueryRounds {
  private final JobStore store;
  private final JobBook book;
  private final NodeRegistry nodes;
  private final Outbox outbox;
  private final Callbacks callbacks;
  private final Map<UUID, Round> rounds = new HashMap<>();
  private final Map<UUID, UUID> queries = new HashMap<>();

  /** Enters a job that the server makes by itself. */
  interface Callbacks {
    /**
     * @throws RefusedException if it cannot be taken
     */
    void submit(Job job, String by);
  }

  /** What is known of one query. */
  private static final class Round {
    final Map<String, String> answers = new HashMap<>();
    final Set<String> waiting = new HashSet<>();
    boolean handedOut;
  }

  QueryRounds(
      JobStore store, JobBook book, NodeRegistry nodes, Outbox outbox, Callbacks callbacks) {
    this.store = store;
    this.book = book;
    this.nodes = nodes;
    this.outbox = outbox;
    this.callbacks = callbacks;
  }

  /** A node has answered, and waits for the answers of the others. */
  void waiting(Node node, LiveJob query, String answer, Turn turn) {
    Round round = round(query);
    // No node of ours says more; what is none is left out.
    boolean tooLong = answer.length() > QueryComponent.MAX_ANSWER;
    round.answers.put(node.identity(), tooLong ? "" : answer);
    round.waiting.add(node.identity());
    UUID callback = QueryComponent.callbackId(query.id());
    LiveJob live = book.find(callback);
    StoredJob stored = live != null ? live.stored() : store.job(callback).orElse(null);
    if (stored == null) {
      handOutIfComplete(query, round, turn);
      return;
    }
    round.handedOut = true;
    if (live != null) {
      queries.put(callback, query.id());
    }
    int target = stored.targets().indexOf(node.identity());
    if (target < 0) {
      resume(node, query.id(), false, "this node was away when the answers were handed out");
    } else {
      store
          .result(stored.seq(), target)
          .ifPresent(outcome -> resume(node, query.id(), stored.job().id(), outcome));
    }
  }

  /** A node has ended a job: a query's answer, or the callback that others wait for. */
  void ended(Assignment assignment, NodeOutcome outcome, Turn turn) {
    LiveJob job = assignment.job();
    if (job.job().verb().equals(QueryComponent.VERB)) {
      Round round = round(job);
      round.waiting.remove(assignment.node());
      if (outcome.state() != NodeOutcome.State.FAILED) {
        round.answers.putIfAbsent(assignment.node(), outcome.stdout());
      }
      handOutIfComplete(job, round, turn);
      if (job.isEnded()) {
        rounds.remove(job.id());
      }
    } else if (queries.containsKey(job.id())) {
      UUID query = queries.get(job.id());
      turn.whenSafe(() -> callbackEnded(assignment, outcome, query));
    }
  }

  private void callbackEnded(Assignment assignment, NodeOutcome outcome, UUID query) {
    LiveJob callback = assignment.job();
    Round round = rounds.get(query);
    Node node = nodes.find(assignment.node());
    if (round != null && node != null && round.waiting.contains(assignment.node())) {
      resume(node, query, callback.id(), outcome);
    }
    if (callback.isEnded()) {
      queries.remove(callback.id());
    }
  }

  private Round round(LiveJob query) {
    return rounds.computeIfAbsent(query.id(), id -> new Round());
  }

  private void handOutIfComplete(LiveJob query, Round round, Turn turn) {
    boolean complete =
        query.assignments().stream()
            .allMatch(a -> a.isEnded() || round.answers.containsKey(a.node()));
    if (round.handedOut || !complete || query.isCancelled()) {
      return;
    }
    round.handedOut = true;
    Map<String, String> answers = answers(query, round);
    List<String> everybody =
        nodes.all().stream().filter(node -> !node.isExpired()).map(Node::identity).toList();
    if (answers.isEmpty() || everybody.isEmpty()) {
      return;
    }
    Job callback = QueryComponent.callback(query.job(), answers, everybody);
    try {
      queries.put(callback.id(), query.id());
      callbacks.submit(callback, query.stored().submittedBy());
      if (book.find(callback.id()) == null) {
        // It was handed out before, and has ended.
        queries.remove(callback.id());
      }
    } catch (RefusedException e) {
      queries.remove(callback.id());
      String info = "the answers cannot be handed out: " + e.getMessage();
      for (String waiting : round.waiting) {
        turn.whenSafe(() -> resume(nodes.find(waiting), query.id(), false, info));
      }
    }
  }

  /** In the order of the query's targets; those of an earlier server's time from the store. */
  private Map<String, String> answers(LiveJob query, Round round) {
    Map<String, String> answers = new LinkedHashMap<>();
    for (Assignment assignment : query.assignments()) {
      String answer = round.answers.get(assignment.node());
      if (answer == null && assignment.state() != NodeOutcome.State.FAILED) {
        Optional<NodeOutcome> stored = store.result(query.seq(), assignment.index());
        answer = stored.map(NodeOutcome::stdout).orElse(null);
      }
      if (answer != null) {
        answers.put(assignment.node(), answer);
      }
    }
    return answers;
  }

  private void resume(Node node, UUID query, UUID callback, NodeOutcome outcome) {
    boolean success = outcome.state() != NodeOutcome.State.FAILED;
    String info =
        success
            ? "Callback [ " + callback + " ] completed" + unanswered(query)
            : "the answers could not be kept on this node: " + outcome.info();
    resume(node, query, success, info);
  }

  private String unanswered(UUID query) {
    LiveJob job = book.find(query);
    List<String> silent = new ArrayList<>();
    if (job != null) {
      for (Assignment assignment : job.assignments()) {
        if (assignment.state() == NodeOutcome.State.FAILED) {
          silent.add(assignment.node());
        }
      }
    }
    return silent.isEmpty() ? "" : "; without an answer from " + String.join(", ", silent);
  }

  private void resume(Node node, UUID query, boolean success, String info) {
    if (node != null) {
      outbox.resume(node, query, success, info);
    }
  }
}
