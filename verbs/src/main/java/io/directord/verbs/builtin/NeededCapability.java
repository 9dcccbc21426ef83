package io.directord.verbs.builtin;

import io.directord.common.job.Job;
import io.directord.common.tree.SourceTree;
import io.directord.common.wire.Heartbeat;
import java.util.ArrayList;
import java.util.List;

/**
 * Something that a client must be able to do beyond knowing a job's verb. One that cannot would run
 * the job without what it does not know, so it is not given such a job.
 *
 * @param name as in {@link Heartbeat#capabilities()}
 * @param verb of the job
 * @param options what needs it, as the command line has it
 */
public record NeededCapability(String name, String verb, String options) {
  private static final String RUN = "RUN";
  private static final String ARG = "ARG";
  private static final String SECRET = "secret";
  private static final String RECURSIVE = "--recursive";

  /** All needs of a job, each once; none for most. */
  public static List<NeededCapability> of(Job job) {
    List<NeededCapability> needs = new ArrayList<>();
    boolean mayHaveSecrets = job.verb().equals(RUN) || job.verb().equals(ARG);
    if (mayHaveSecrets && job.arguments().hasNonNull(SECRET)) {
      needs.add(new NeededCapability(Heartbeat.SECRETS, job.verb(), options(List.of(SECRET))));
    }
    if (!job.links().whenChanged().isEmpty()) {
      needs.add(new NeededCapability(Heartbeat.WHEN_CHANGED, job.verb(), "--when-changed"));
    }
    if (job.arguments().path(SourceTree.KEY).isObject()) {
      needs.add(new NeededCapability(Heartbeat.TREES, job.verb(), RECURSIVE));
    }
    if (job.verb().equals(RUN)) {
      List<String> keys = SurroundedArguments.KEYS.stream().filter(job.arguments()::has).toList();
      if (!keys.isEmpty()) {
        needs.add(new NeededCapability(Heartbeat.SURROUNDINGS, RUN, options(keys)));
      }
    }
    return List.copyOf(needs);
  }

  private static String options(List<String> keys) {
    return String.join(", ", keys.stream().map(key -> "--" + key).toList());
  }

  /**
   * What a client lacks, after "cannot".
   *
   * @param lacking some needs of one job; at least one
   */
  public static String description(List<NeededCapability> lacking) {
    return "do " + withOptions(lacking);
  }

  /** A verb that no client knows, so that one that is given it says what it does not know. */
  public static String unknownVerb(List<NeededCapability> lacking) {
    return withOptions(lacking);
  }

  private static String withOptions(List<NeededCapability> lacking) {
    return lacking.get(0).verb()
        + " with "
        + String.join(", ", lacking.stream().map(NeededCapability::options).toList());
  }
}
