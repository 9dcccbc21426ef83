package io.directord.common.component;

import java.util.List;

/**
 * What a command of {@code RUN} has around it. Each part that is null or empty is as the client has
 * it.
 *
 * @param root its root file system; null for the node's own
 * @param isOffline whether it has no network but a loopback interface of its own
 * @param user name or number; with a root, the name is one of that root's
 * @param directory absolute; with a root, within it
 * @param umask permission bits that files do not get
 * @param limits of all its processes together
 * @param secrets names of the secrets that it gets as environment variables
 */
public record Surroundings(
    Root root,
    boolean isOffline,
    String user,
    String directory,
    Integer umask,
    Limits limits,
    List<String> secrets) {

  /** Whether it has nothing of its own but secrets. */
  public boolean isOnlySecrets() {
    return root == null
        && !isOffline
        && user == null
        && directory == null
        && umask == null
        && limits.areNone();
  }

  /** The same as another user; null for the client's. */
  public Surroundings as(String other) {
    return new Surroundings(root, isOffline, other, directory, umask, limits, secrets);
  }

  /** Those of a plain command. */
  public static final Surroundings NONE =
      new Surroundings(null, false, null, null, null, Limits.NONE, List.of());

  /**
   * A root file system.
   *
   * @param directory absolute, on the node
   * @param binds in the order in which they are mounted
   */
  public record Root(String directory, List<Bind> binds) {}

  /**
   * A file or directory of the node that is seen in a root.
   *
   * @param source absolute, on the node
   * @param target absolute, within the root
   * @param isReadOnly with everything that is mounted below it
   */
  public record Bind(String source, String target, boolean isReadOnly) {}

  /**
   * @param memory bytes; null for no limit
   * @param cpu percent of one CPU's time; null for no limit
   * @param nice niceness, from -20 to 19; null for the client's
   */
  public record Limits(Long memory, Integer cpu, Integer nice) {
    public static final Limits NONE = new Limits(null, null, null);

    /** Whether the kernel must account for the processes together. */
    public boolean needsGroup() {
      return memory != null || cpu != null;
    }

    private boolean areNone() {
      return !needsGroup() && nice == null;
    }
  }
}
