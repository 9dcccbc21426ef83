package io.directord.server.dispatch;

import io.directord.common.config.Product;
import io.directord.common.job.Job;
import io.directord.common.target.Target;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import io.directord.common.wire.Heartbeat;
import io.directord.server.node.Node;
import io.directord.server.node.TargetResolver;
import io.directord.verbs.builtin.NeededCapability;
import io.directord.verbs.external.Facts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What jobs need and clients of some targets lack; each need is reported once. */
final class MissingVerbs {
  private static final int MAX_NAMES = 10;

  private final TargetResolver resolver;
  private final List<Target> limit;

  /**
   * @param limit targets to which those of the jobs are narrowed; empty for no limit
   */
  MissingVerbs(TargetResolver resolver, List<Target> limit) {
    this.resolver = resolver;
    this.limit = limit;
  }

  /** A verb, whether its jobs bring a definition, and one of their needs beyond it, or null. */
  private record Need(String verb, boolean defined, NeededCapability more) {
    static List<Need> of(Job job) {
      boolean defined = job.arguments().path(Facts.KEY).isObject();
      List<Need> needs = new ArrayList<>();
      NeededCapability.of(job).forEach(more -> needs.add(new Need(job.verb(), defined, more)));
      needs.add(new Need(job.verb(), defined, null));
      return needs;
    }

    boolean isMissedBy(Node node) {
      if (more != null) {
        return node.isKnown() && !node.can(more.name());
      }
      return node.lacks(Heartbeat.verb(verb)) && !(defined && !node.lacks(Heartbeat.DEFINITIONS));
    }
  }

  /** The nodes that need a verb. */
  private static final class Users {
    final Place first;
    final Set<Target> targets = new HashSet<>();

    Users(Place first) {
      this.first = first;
    }
  }

  List<ValidationError> of(List<Job> jobs) {
    Map<Need, Users> needs = new LinkedHashMap<>();
    for (int i = 0; i < jobs.size(); i++) {
      Job job = jobs.get(i);
      Place place = new Place.InJob(i, "verb");
      for (Need one : Need.of(job)) {
        Users users = needs.computeIfAbsent(one, need -> new Users(place));
        users.targets.addAll(Target.of(job.targets()));
      }
    }
    List<ValidationError> obstacles = new ArrayList<>();
    needs.forEach(
        (need, users) -> {
          TargetResolver.Selection all = resolver.resolve(users.targets);
          List<Node> lacking =
              (limit.isEmpty() ? all : resolver.limited(all, limit))
                  .nodes().stream()
                      .filter(need::isMissedBy)
                      .sorted(Comparator.comparing(Node::identity))
                      .toList();
          if (!lacking.isEmpty()) {
            obstacles.add(
                users.first.error(message(need, lacking)).withCode(ErrorCode.NODE_LACKS_VERB));
          }
        });
    return obstacles;
  }

  private static String message(Need need, List<Node> lacking) {
    if (need.more() != null) {
      return "the client on "
          + names(lacking)
          + " cannot "
          + NeededCapability.description(List.of(need.more()))
          + ": install directord "
          + Product.version()
          + " there";
    }
    return "the client has no "
        + (need.defined() ? "user-defined verb " : "verb ")
        + need.verb()
        + " on "
        + names(lacking)
        + ": "
        + remedy(lacking);
  }

  private static String names(List<Node> lacking) {
    String names =
        lacking.stream().limit(MAX_NAMES).map(MissingVerbs::name).collect(Collectors.joining(", "));
    int more = lacking.size() - Math.min(MAX_NAMES, lacking.size());
    return names + (more > 0 ? " and " + more + " more" : "");
  }

  private static String remedy(List<Node> lacking) {
    String version = Product.version();
    return lacking.stream().allMatch(node -> node.version().equals(version))
        ? "put the jar that has it there, and start the client again"
        : "install directord " + version + " there, and the jar if the verb comes from one";
  }

  private static String name(Node node) {
    return node.identity()
        + " ("
        + (node.isLegacy() ? "the original's " : "version ")
        + node.version()
        + ")";
  }
}
