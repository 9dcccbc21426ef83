package io.directord.server.dispatch;

import io.directord.common.config.Product;
import io.directord.common.job.Job;
import io.directord.common.target.Target;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import io.directord.common.wire.Heartbeat;
import io.directord.server.node.Node;
import io.directord.server.node.TargetResolver;
import io.directord.verbs.external.Facts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Verbs that jobs need and clients of some targets lack; each is reported once. */
final class MissingVerbs {
  private static final int MAX_NAMES = 10;

  private final TargetResolver resolver;

  MissingVerbs(TargetResolver resolver) {
    this.resolver = resolver;
  }

  /** A verb, and whether its jobs bring a definition. */
  private record Need(String verb, boolean defined) {
    static Need of(Job job) {
      return new Need(job.verb(), job.arguments().path(Facts.KEY).isObject());
    }

    boolean isMissedBy(Node node) {
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
      Users users = needs.computeIfAbsent(Need.of(job), need -> new Users(place));
      users.targets.addAll(Target.of(job.targets()));
    }
    List<ValidationError> obstacles = new ArrayList<>();
    needs.forEach(
        (need, users) -> {
          List<Node> lacking =
              resolver.resolve(users.targets).nodes().stream()
                  .filter(need::isMissedBy)
                  .sorted(Comparator.comparing(Node::identity))
                  .toList();
          if (!lacking.isEmpty()) {
            obstacles.add(users.first.error(message(need, lacking)));
          }
        });
    return obstacles;
  }

  private static String message(Need need, List<Node> lacking) {
    String names =
        lacking.stream().limit(MAX_NAMES).map(MissingVerbs::name).collect(Collectors.joining(", "));
    int more = lacking.size() - Math.min(MAX_NAMES, lacking.size());
    String what = need.defined() ? "user-defined verb " : "verb ";
    return "the client has no "
        + what
        + need.verb()
        + " on "
        + names
        + (more > 0 ? " and " + more + " more" : "")
        + ": "
        + remedy(lacking);
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
