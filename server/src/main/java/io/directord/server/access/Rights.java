package io.directord.server.access;

import io.directord.common.target.Target;
import io.directord.common.target.TargetGroups;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a caller may do: whatever one of its grants allows.
 *
 * @param grants unused if it may do everything
 */
public record Rights(boolean everything, List<Grant> grants) {
  public static final Rights ALL = new Rights(true, List.of());
  public static final Rights NONE = new Rights(false, List.of());

  /** Of a request that has to prove which hook it may start. */
  public static final Rights SIGNING =
      new Rights(
          false,
          List.of(new Grant("none", Set.of(Permission.START_HOOK), null, null, TargetGroups.NONE)));

  public Rights {
    grants = List.copyOf(grants);
  }

  /**
   * What one role allows.
   *
   * @param role its name
   * @param verbs to which jobs are bound; null for all
   * @param targets to which everything that is done to nodes is bound; null for all nodes
   * @param groups which the targets may name, as they were when the roles were read
   * @param hooks which may be started; null for all
   */
  public record Grant(
      String role,
      Set<Permission> permissions,
      Set<String> verbs,
      List<Target> targets,
      TargetGroups groups,
      Set<String> hooks) {

    /** One without hooks. */
    public Grant(
        String role,
        Set<Permission> permissions,
        Set<String> verbs,
        List<Target> targets,
        TargetGroups groups) {
      this(role, permissions, verbs, targets, groups, Set.of());
    }

    /** For all verbs and nodes. */
    public static Grant everywhere(String role, Set<Permission> permissions) {
      return new Grant(role, permissions, null, null, TargetGroups.NONE, null);
    }

    /** The targets as written; null for all nodes. */
    public List<String> written() {
      return targets == null
          ? null
          : targets.stream()
              .map(
                  target ->
                      target instanceof Target.Matching matching
                          ? matching.written()
                          : ((Target.OneNode) target).identity())
              .toList();
    }

    public boolean has(Permission permission) {
      return permissions.contains(permission);
    }

    /** Whether jobs of the verb are within it. */
    public boolean hasVerb(String verb) {
      return verbs == null || verbs.contains(verb.toUpperCase(Locale.ROOT));
    }
  }

  /** Whether it has the permission, be it for some verbs or nodes only. */
  public boolean has(Permission permission) {
    return everything
        || permission == Permission.ASK_RIGHTS
        || permission == Permission.OPEN_PAGE
        || grants.stream().anyMatch(grant -> grant.has(permission));
  }

  /** Whether it has the permission for all verbs and all nodes. */
  public boolean hasEverywhere(Permission permission) {
    return everything
        || grants.stream()
            .anyMatch(
                grant -> grant.has(permission) && grant.verbs() == null && grant.targets() == null);
  }

  /** Whether it may start the hook. */
  public boolean mayStart(String hook) {
    return everything
        || grants.stream()
            .anyMatch(
                grant ->
                    grant.has(Permission.START_HOOK)
                        && (grant.hooks() == null || grant.hooks().contains(hook)));
  }

  /** Names of the roles, for a message. */
  public String roles() {
    return grants.isEmpty()
        ? "no role"
        : (grants.size() == 1 ? "the role " : "the roles ")
            + String.join(", ", grants.stream().map(Grant::role).toList());
  }
}
