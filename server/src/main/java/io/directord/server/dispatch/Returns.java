package io.directord.server.dispatch;

import io.directord.common.api.NodeOutcome;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.validation.Counted;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.server.node.Node;
import io.directord.server.store.FoundJob;
import io.directord.server.store.StoredJob;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Handles a node's list of its jobs. Running jobs continue even if the node had expired or the
 * server was restarted: their results count. Only jobs that have not begun and were given up are
 * dropped.
 */
final class Returns {
  private static final System.Logger LOG = System.getLogger(Returns.class.getName());

  private final JobBook book;
  private final KeptJobs kept;
  private final Answers answers;
  private final LateAnswers late;

  /** Jobs that nodes had the last time and that are not kept, by node. */
  private final Map<String, Set<UUID>> unknown = new HashMap<>();

  Returns(JobBook book, KeptJobs kept, Answers answers, LateAnswers late) {
    this.book = book;
    this.kept = kept;
    this.answers = answers;
    this.late = late;
  }

  /**
   * A stored job of an expired node.
   *
   * @param told whether followers were told that it is still running
   */
  private record Begun(Returns owner, Node node, boolean told) implements LateAnswers.Returned {
    @Override
    public void found(FoundJob job, NodeOutcome known, Turn turn) {
      if (known != null && known.reason() == Outcome.Reason.LOST) {
        if (owner.goesOn(node, job.stored(), told, turn)) {
          NodeResult result = owner.goesOn(node, job.stored(), turn);
          owner.late.take(job, node.identity(), result, turn);
        }
      }
    }
  }

  void holding(Node node, NodeMessage.Holding holding, Turn turn) {
    NodeQueue queue = book.queueOf(node.identity());
    Set<UUID> known = queue.takeAdrift();
    for (UUID id : holding.begun()) {
      begun(node, id, known.contains(id), turn);
    }
    tellUnknown(node, holding);
    List<UUID> dropped = new ArrayList<>();
    for (UUID id : holding.queued()) {
      if (!isOpen(book.find(id, node))) {
        dropped.add(id);
      }
    }
    if (!dropped.isEmpty()) {
      LOG.log(
          Level.INFO,
          "node {0} drops {1} not begun when it was given up",
          node.identity(),
          Counted.of(dropped.size(), "job"));
    }
    List<UUID> gone = holding.begun().stream().filter(id -> book.find(id) == null).toList();
    turn.whenDurable(new Step.Say(node, new ServerMessage.Drop(dropped, gone, holding.number())));
  }

  /** Says once how many jobs a node has that are not kept here. */
  private void tellUnknown(Node node, NodeMessage.Holding holding) {
    Set<UUID> missing =
        Stream.of(holding.begun(), holding.queued())
            .flatMap(List::stream)
            .filter(id -> kept.find(id) == null)
            .collect(Collectors.toSet());
    Set<UUID> before =
        missing.isEmpty() ? unknown.remove(node.identity()) : unknown.put(node.identity(), missing);
    if (!missing.isEmpty() && (before == null || !before.containsAll(missing))) {
      LOG.log(
          Level.ERROR,
          "node {0} has {1} that this server does not know: {2}, or they were purged after they had"
              + " been lost with the node; those that run go on without their results being kept, and"
              + " the others do not begin",
          node.identity(),
          Counted.of(missing.size(), "job"),
          kept.whyMissing());
    }
  }

  private static boolean isOpen(Assignment assignment) {
    return assignment != null && !assignment.isEnded();
  }

  private void begun(Node node, UUID id, boolean told, Turn turn) {
    Assignment assignment = book.find(id, node);
    if (isOpen(assignment)) {
      answers.started(node, id, turn);
    } else if (assignment != null) {
      if (assignment.isLost() && goesOn(node, assignment.job().stored(), told, turn)) {
        NodeResult result = goesOn(node, assignment.job().stored(), turn);
        book.end(assignment, assignment.outcome(result, turn.now()), turn);
      }
    } else if (kept.find(id) != null && kept.find(id).lost() > 0) {
      late.look(id, new Begun(this, node, told), turn);
    }
  }

  /** Notes that the job goes on there; returns whether that was not known. */
  private boolean goesOn(Node node, StoredJob job, boolean told, Turn turn) {
    UUID id = job.job().id();
    UUID parent = job.job().parent().id();
    book.queueOf(node.identity()).adrift(id, parent);
    if (!told) {
      LOG.log(Level.INFO, "node {0} still runs job {1}", node.identity(), id);
    }
    if (isCancelled(job)) {
      turn.say(node, new ServerMessage.Cancel(Map.of(id, parent)));
    }
    return !told;
  }

  /** Possibly since it was read from the store. */
  private boolean isCancelled(StoredJob job) {
    KeptJobs.Kept now = kept.find(job.job().id());
    return job.cancelled() || now != null && now.isCancelled();
  }

  private NodeResult goesOn(Node node, StoredJob job, Turn turn) {
    String info = Reasons.goesOn(node, isCancelled(job));
    Outcome lost = new Outcome.Failed(Outcome.Reason.LOST, info);
    return NodeResult.withoutRun(job.job().id(), lost, turn.now().instant());
  }
}
