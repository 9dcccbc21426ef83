package io.directord.server.dispatch;

import io.directord.common.target.FoldedNames;
import io.directord.common.validation.ErrorCode;
import io.directord.server.access.Caller;
import io.directord.server.node.NodeRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What may stand against jobs that are valid by themselves: their caller's rights, and other jobs
 * that the server has.
 */
final class SubmissionRules {
  private final KeptJobs kept;
  private final NodeRegistry nodes;
  private final JobBook book;
  private final Coordination coordination;
  private final Rollouts rollouts;
  private final NodeRights rights;
  private final TokenBook tokens;

  SubmissionRules(
      KeptJobs kept,
      NodeRegistry nodes,
      JobBook book,
      Coordination coordination,
      Rollouts rollouts,
      TokenBook tokens) {
    this.kept = kept;
    this.nodes = nodes;
    this.book = book;
    this.coordination = coordination;
    this.rollouts = rollouts;
    this.rights = new NodeRights(nodes);
    this.tokens = tokens;
  }

  /**
   * @param fresh those of its jobs that the server does not have yet
   * @throws RefusedException if it is to be refused
   */
  void require(Order order, List<LiveJob> fresh) {
    for (LiveJob job : fresh) {
      boolean foreign = order.foreign().contains(job.id());
      rights.require(order.caller(), job.job(), foreign, job.targets());
    }
    fresh.forEach(job -> requireOwnParent(order.caller(), job));
    requirePaced(order, fresh);
    fresh.forEach(this::requireNoOtherRerun);
  }

  /**
   * A parent is that of the caller who submitted its first job: what fails has its later jobs left
   * out. A later token of the same name is another caller.
   */
  private void requireOwnParent(Caller caller, LiveJob job) {
    List<KeptJobs.Kept> earlier = kept.ofParent(job.parentId());
    if (caller.sender() != null
        && !earlier.isEmpty()
        && (!caller.user().equals(earlier.get(0).submittedBy())
            || tokens.isLater(caller, earlier.get(0).submittedAt()))) {
      throw new RefusedException(
          RefusedException.Kind.CONFLICT,
          ErrorCode.DUPLICATE_ID,
          "parent "
              + job.parentId()
              + " is not one of "
              + caller.title()
              + ": give the jobs a parent_id of their own");
    }
  }

  /** What stands against parents that do not begin on all of their nodes at once. */
  private void requirePaced(Order order, List<LiveJob> fresh) {
    PacedJobs paced = new PacedJobs(nodes, coordination::targetsEveryNode);
    Map<UUID, Integer> places = new HashMap<>();
    for (int i = 0; i < order.jobs().size(); i++) {
      places.putIfAbsent(order.jobs().get(i).job().id(), i);
    }
    for (LiveJob job : fresh) {
      boolean isPaced = job.job().parent().options().paced();
      boolean isKnown = !kept.ofParent(job.parentId()).isEmpty();
      if (isPaced && isKnown || rollouts.find(job.parentId()) != null) {
        throw new RefusedException(
            RefusedException.Kind.CONFLICT,
            ErrorCode.DUPLICATE_ID,
            "parent "
                + job.parentId()
                + " is known already: the jobs of one with a batch or a deadline are submitted"
                + " together");
      }
      paced.add(places.get(job.id()), job.job(), job.stored().resolved());
    }
    paced.check();
    if (!paced.errors().isEmpty()) {
      throw new RefusedException(paced.errors());
    }
    if (!paced.lacking().isEmpty()) {
      throw new RefusedException(RefusedException.Kind.CONFLICT, paced.lacking());
    }
  }

  /** Two that rerun the same at once have both found that it has not run again yet. */
  private void requireNoOtherRerun(LiveJob job) {
    UUID repeated = job.stored().resolved().repeats();
    if (repeated == null) {
      return;
    }
    for (LiveJob other : book.jobs().rerunsOf(repeated)) {
      List<String> nodes =
          job.targets().stream()
              .filter(node -> other.on(node) != null && !other.on(node).isEnded())
              .toList();
      if (!nodes.isEmpty()) {
        throw new RefusedException(
            RefusedException.Kind.CONFLICT,
            ErrorCode.NOT_POSSIBLE_NOW,
            "nothing is run again, since somebody else reruns job "
                + repeated
                + " at this moment, on "
                + FoldedNames.text(nodes)
                + ", by job "
                + other.id()
                + ": when that one has ended, the same command runs what it leaves");
      }
    }
  }
}
