package io.directord.server.dispatch;

import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Outcome;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.server.node.Node;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoredJob;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A node says which jobs it has. What runs there goes on, though the server had given the node up,
 * or was started anew since: its result will count. Only what has not begun and nobody waits for
 * any more is dropped.
 */
final class Returns {
  private static final System.Logger LOG = System.getLogger(Returns.class.getName());

  private final JobStore store;
  private final JobBook book;
  private final Answers answers;
  private final Outbox outbox;

  Returns(JobStore store, JobBook book, Answers answers, Outbox outbox) {
    this.store = store;
    this.book = book;
    this.answers = answers;
    this.outbox = outbox;
  }

  void holding(Node node, NodeMessage.Holding holding, Turn turn) {
    NodeQueue queue = book.queueOf(node.identity());
    Set<UUID> known = queue.takeAdrift();
    for (UUID id : holding.begun()) {
      begun(node, id, known, turn);
    }
    List<UUID> gone = holding.begun().stream().filter(id -> book.find(id) == null).toList();
    List<UUID> dropped = new ArrayList<>();
    for (UUID id : holding.queued()) {
      if (!isOpen(node, id)) {
        dropped.add(id);
      }
    }
    if (!dropped.isEmpty()) {
      LOG.log(
          Level.INFO,
          "node {0} drops {1} jobs that it had not begun when it was given up",
          node.identity(),
          dropped.size());
    }
    ServerMessage.Drop drop = new ServerMessage.Drop(dropped, gone, holding.number());
    turn.whenSafe(() -> drop(node, drop));
  }

  private void drop(Node node, ServerMessage.Drop drop) {
    if (node.peer() != null) {
      outbox.say(node.peer(), drop);
    }
  }

  private boolean isOpen(Node node, UUID id) {
    Assignment assignment = assignment(node, id);
    return assignment != null && !assignment.isEnded();
  }

  private Assignment assignment(Node node, UUID id) {
    LiveJob job = book.find(id);
    return job == null ? null : job.on(node.identity());
  }

  private void begun(Node node, UUID id, Set<UUID> known, Turn turn) {
    if (isOpen(node, id)) {
      answers.started(node, id);
      return;
    }
    StoredJob job = stored(id);
    int target = job == null ? -1 : job.targets().indexOf(node.identity());
    if (target < 0 || !isLost(node, job, target)) {
      return;
    }
    book.queueOf(node.identity()).adrift(id, job.job().parent().id());
    if (!known.contains(id)) {
      LOG.log(Level.INFO, "node {0} still runs job {1}", node.identity(), id);
      answers.goesOn(node, job, target, turn);
    }
    if (job.cancelled()) {
      outbox.cancel(node, id);
    }
  }

  private StoredJob stored(UUID id) {
    LiveJob live = book.find(id);
    return live != null ? live.stored() : store.job(id).orElse(null);
  }

  private boolean isLost(Node node, StoredJob job, int target) {
    Assignment assignment = assignment(node, job.job().id());
    return assignment != null
        ? assignment.isLost()
        : store
            .result(job.seq(), target)
            .map(NodeOutcome::reason)
            .filter(Outcome.Reason.LOST::equals)
            .isPresent();
  }
}
