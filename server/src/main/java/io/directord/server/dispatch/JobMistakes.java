package io.directord.server.dispatch;

import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.validation.Place.InJob;
import io.directord.common.validation.ValidationError;
import io.directord.server.node.NodeRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds what is wrong with the jobs of one submission; each content and each target once. */
final class JobMistakes {
  /** Mistakes beyond these are counted only. */
  private static final int MAX = 10;

  private final Contents contents;
  private final NodeRegistry nodes;
  private final Objections objections;
  private final Set<String> seen = new HashSet<>();
  private final List<ValidationError> found = new ArrayList<>();
  private boolean forEveryNode;

  JobMistakes(Contents contents, NodeRegistry nodes, Objections objections) {
    this.contents = contents;
    this.nodes = nodes;
    this.objections = objections;
  }

  /**
   * Looks at a job.
   *
   * @param place in the submission
   */
  void look(int place, Job job) {
    if (job.targets().isEmpty() && !forEveryNode) {
      forEveryNode = true;
      objections.noNode().ifPresent(message -> found.add(new InJob(place, "").error(message)));
    }
    for (String target : job.targets()) {
      if (nodes.find(target) == null && seen.add(target)) {
        found.add(new InJob(place, "targets").error(Reasons.unknownTarget(target, nodes.all())));
      }
    }
    lookForContents(place, job);
  }

  private void lookForContents(int place, Job job) {
    String where = "job " + job.title() + ": ";
    try {
      for (String sha256 : contents.missing(job)) {
        if (seen.add(sha256)) {
          String message = "its content " + sha256 + " is not here: upload it first";
          found.add(new InJob(place, SourceFile.KEY).error(where + message));
        }
      }
    } catch (IllegalArgumentException e) {
      found.add(new InJob(place, SourceFile.KEY).error(where + e.getMessage()));
    } catch (IOException e) {
      found.add(
          new InJob(place, SourceFile.KEY)
              .error(where + "the server cannot look for its content: " + e.getMessage()));
    }
  }

  /**
   * @throws RefusedException if there are any
   */
  void refuse() {
    if (found.isEmpty()) {
      return;
    }
    List<ValidationError> told = new ArrayList<>(found.subList(0, Math.min(MAX, found.size())));
    if (found.size() > MAX) {
      told.add(new InJob(found.get(MAX).job(), "").error("and " + (found.size() - MAX) + " more"));
    }
    throw new RefusedException(told);
  }
}
