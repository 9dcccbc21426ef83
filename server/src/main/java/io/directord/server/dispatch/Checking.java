package io.directord.server.dispatch;

import io.directord.common.api.Bodies;
import io.directord.common.job.Job;
import io.directord.common.target.Target;
import io.directord.common.target.TargetGroups;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import io.directord.server.access.Caller;
import io.directord.server.node.NodeRegistry;
import io.directord.server.node.TargetResolver;
import io.directord.server.store.Resolved;
import java.util.ArrayList;
import java.util.List;

/** Checks jobs without keeping or running them: could they be submitted by that caller? */
final class Checking {
  private final NodeRegistry nodes;
  private final TargetGroups groups;
  private final Coordination coordination;
  private final NodeRights rights;

  Checking(NodeRegistry nodes, TargetGroups groups, Coordination coordination, NodeRights rights) {
    this.nodes = nodes;
    this.groups = groups;
    this.coordination = coordination;
    this.rights = rights;
  }

  /**
   * @param noRoom why the disk has no room for jobs; null if it has
   */
  Bodies.Checked checked(Input.Check.Question question, String noRoom, Caller caller) {
    List<ValidationError> forbidden = new ArrayList<>();
    TargetResolver resolver = new TargetResolver(nodes, groups, question.earlier());
    Resolution resolution = new Resolution(nodes, resolver, question.limit());
    PacedJobs paced = new PacedJobs(nodes, coordination::targetsEveryNode);
    for (int i = 0; i < question.jobs().size(); i++) {
      Job job = question.jobs().get(i);
      boolean without = resolver.resolve(Target.of(job.targets())).nodes().isEmpty();
      Resolved resolved = resolution.resolve(job);
      if (resolved.targets().isEmpty() && !without) {
        resolution.omit(job, i);
      }
      if (!resolved.targets().isEmpty()) {
        Place verb = new Place.InJob(i, "verb");
        List<String> sentTo =
            coordination.targetsEveryNode(job)
                ? resolution.withAllNodes(resolved).targets()
                : resolved.targets();
        rights
            .lacking(caller, job, question.foreign().contains(job.id()), sentTo)
            .ifPresent(why -> forbidden.add(verb.error(why).withCode(ErrorCode.NO_PERMISSION)));
        paced.add(i, job, resolved);
      }
    }
    Obstacles obstacles = new Obstacles(resolver, question.limit());
    List<ValidationError> to = obstacles.to(question.jobs(), noRoom);
    paced.check();
    List<ValidationError> errors = new ArrayList<>(obstacles.errors());
    errors.addAll(paced.errors());
    to.addAll(paced.lacking());
    to.addAll(forbidden);
    return new Bodies.Checked(errors, to, resolution.targets(), resolution.omitted());
  }
}
