package io.directord.server.coordination;

import io.directord.common.api.NodeOutcome;
import io.directord.common.fetch.FetchArrival;
import io.directord.common.job.BroughtFiles;
import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.wire.Upload;
import io.directord.verbs.builtin.FetchComponent;

/**
 * FETCH: takes what a node announces of its files, until the store has the result of its job. What
 * the node says of that counts only as far as the files have come.
 */
public final class FetchCoordinator implements Coordinator {
  private static final String NOTHING_CAME = "nothing has come whole to this server";

  private final String server;

  /**
   * @param server that keeps what comes, of several; null if there is one alone
   */
  public FetchCoordinator(String server) {
    this.server = server;
  }

  @Override
  public String verb() {
    return FetchComponent.VERB;
  }

  @Override
  public void waiting(Work job, String node, String answer, Floor floor) {
    Upload upload = Upload.of(answer);
    if (upload == null) {
      floor.resume(node, job.id(), false, "the server does not understand what is to be sent");
      return;
    }
    floor.takeFiles(node, job, upload);
    floor.resume(node, job.id(), true, "");
  }

  @Override
  public boolean judges() {
    return true;
  }

  @Override
  public NodeResult judged(Job job, NodeResult result, FetchArrival arrival) {
    Outcome said = result.outcome();
    if (said instanceof Outcome.Skipped && !job.links().whenChanged().isEmpty()) {
      return result;
    }
    BroughtFiles claim = result.details().brought();
    Integer claimed = claim == null ? null : claim.said();
    String lacks = lacks(said.isSuccess(), claimed == null ? 0 : claimed, arrival);
    boolean isWithOne =
        arrival != null && arrival.files() > 0 && !Boolean.TRUE.equals(arrival.shared());
    BroughtFiles brought =
        new BroughtFiles(
            claimed,
            arrival == null ? null : arrival.files(),
            isWithOne ? server : null,
            lacks != null && said.isSuccess());
    Outcome outcome = lacks == null ? said : untrue(said, lacks);
    return result.with(isWithOne ? kept(outcome) : outcome, result.details().withBrought(brought));
  }

  private static Outcome untrue(Outcome said, String lacks) {
    return said.isSuccess()
        ? new Outcome.Failed(Outcome.Reason.ERROR, lacks)
        : said.withInfo(said.info() + "; " + lacks);
  }

  /** Says who has it, since another server may lead when somebody wants it. */
  private Outcome kept(Outcome outcome) {
    return server == null ? outcome : outcome.withInfo(outcome.info() + "; kept by " + server);
  }

  /**
   * What of it is not true; null if all is, as far as can be told.
   *
   * @param claimed number of files that the node says it has sent; 0 if it does not say that
   */
  private String lacks(boolean success, int claimed, FetchArrival arrival) {
    String claim =
        ", though the node says that it "
            + (claimed > 0
                ? "has sent " + claimed + (claimed == 1 ? " file" : " files")
                : "has succeeded");
    if (arrival == null) {
      String elsewhere =
          server == null
              ? ""
              : "; if another server led when it came, it is there, until that one leads again";
      return success || claimed > 0 ? NOTHING_CAME + claim + elsewhere : null;
    }
    if (arrival.files() < claimed) {
      return "only "
          + arrival.files()
          + (arrival.files() == 1 ? " file" : " files")
          + " came whole"
          + claim
          + (arrival.flaw().isEmpty() ? "" : ": " + arrival.flaw());
    }
    return success && !arrival.flaw().isEmpty() ? arrival.flaw() + claim : null;
  }

  /** A result of the server's own may be replaced by the node's, which is judged then. */
  @Override
  public void committed(Work job, String node, NodeOutcome outcome, Floor floor) {
    if (job.job().verb().equals(verb())) {
      boolean mayFollow =
          outcome.reason() == Outcome.Reason.LOST || outcome.reason() == Outcome.Reason.INTERRUPTED;
      floor.endFiles(node, job.id(), !mayFollow);
    }
  }
}
