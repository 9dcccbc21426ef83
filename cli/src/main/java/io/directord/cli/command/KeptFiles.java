package io.directord.cli.command;

import io.directord.cli.follow.Run;
import io.directord.common.api.ApiException;
import io.directord.common.api.FetchedFrom;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.ServerConnection;
import io.directord.common.job.Job;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.Counted;
import io.directord.common.validation.ErrorCode;
import io.directord.verbs.builtin.FetchComponent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** What FETCH has brought in a run, and waits to be downloaded. */
final class KeptFiles {
  private static final int MAX_NAMES = 20;

  private KeptFiles() {}

  /** Lines for the operator who has waited for the run. */
  static List<String> of(Run run, ServerConnection server) {
    List<String> lines = new ArrayList<>();
    for (Run.Progress progress : run.jobs()) {
      Job job = progress.job();
      if (job.verb().equals(FetchComponent.VERB) && !job.isDryRun()) {
        try {
          lines.addAll(of(job.id(), server));
        } catch (IOException e) {
          if (e instanceof ApiException refused && refused.code() == ErrorCode.NO_PERMISSION) {
            // Another user may download them.
            continue;
          }
          lines.add(
              "directord: the server does not say what job "
                  + job.id()
                  + " has brought: "
                  + IoErrors.sayWhere(e));
        }
      }
    }
    return lines;
  }

  private static List<String> of(UUID job, ServerConnection server) throws IOException {
    List<NodeOutcome> brought =
        server.job(job).nodes().stream()
            .filter(one -> FetchClaim.hasSent(one) && !FetchClaim.hasLeftNothing(one))
            .toList();
    if (brought.isEmpty()) {
      return List.of();
    }
    Set<String> here =
        server.fetches().of(job.toString()).fetched().stream()
            .map(FetchedFrom::node)
            .collect(Collectors.toSet());
    return lines(job, brought, here);
  }

  /**
   * @param brought results of nodes that have sent something
   * @param here nodes of which the server has it
   */
  static List<String> lines(UUID job, List<NodeOutcome> brought, Set<String> here) {
    List<NodeOutcome> kept = brought.stream().filter(one -> here.contains(one.node())).toList();
    List<String> lines = new ArrayList<>();
    if (!kept.isEmpty()) {
      lines.add(
          "directord: the server keeps "
              + FetchClaim.shown(kept)
              + " of "
              + Counted.of(kept.size(), "node")
              + " for a day: 'directord fetch --job "
              + job
              + " DIR' downloads them");
    }
    List<String> elsewhere =
        brought.stream()
            .filter(one -> !here.contains(one.node()))
            .map(one -> one.node() + " (" + FetchClaim.shown(one) + ")")
            .toList();
    if (!elsewhere.isEmpty()) {
      int more = elsewhere.size() - MAX_NAMES;
      boolean isOneOfSeveral = brought.stream().anyMatch(one -> FetchClaim.keeper(one).isPresent());
      lines.add(
          "directord: the server"
              + (isOneOfSeveral ? " that leads now" : "")
              + " has nothing that job "
              + job
              + " has brought from "
              + String.join(", ", elsewhere.subList(0, Math.min(MAX_NAMES, elsewhere.size())))
              + (more > 0 ? " and " + more + " more" : "")
              + ": it was downloaded already"
              + (isOneOfSeveral
                  ? ", or another server led when it came, and has it until that one leads again,"
                      + " for a day"
                  : ""));
    }
    return lines;
  }
}
