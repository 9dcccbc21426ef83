package io.directord.server.access;

import io.directord.common.config.RoleSettings;
import io.directord.common.config.RoleSettings.Also;
import io.directord.common.config.RoleSettings.Role;
import io.directord.common.target.Target;
import io.directord.common.target.TargetGroups;
import io.directord.common.target.TargetList;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.ValidationError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * What roles allow, as the server's configuration says now. Without a role that names users or
 * groups, all users of the socket may do everything; otherwise root and the server's own user may,
 * and others what their roles allow. Thread-safe.
 */
public final class Roles {
  private static final Set<Permission> READ =
      EnumSet.of(
          Permission.READ_NODES, Permission.READ_METRICS, Permission.READ_JOBS, Permission.FOLLOW);
  private static final Set<Permission> RUN =
      EnumSet.of(Permission.SUBMIT, Permission.UPLOAD_CONTENT, Permission.DOWNLOAD);

  private final AtomicLong version = new AtomicLong();
  private volatile Table table;

  /**
   * @param grants by the role's name
   * @param members of roles that name some: users and groups
   */
  private record Table(Map<String, Rights.Grant> grants, Map<String, Set<String>> members) {}

  /**
   * @param groups of nodes, which targets of roles may name
   */
  public Roles(RoleSettings settings, TargetGroups groups) {
    table = table(settings, groups);
  }

  /** Adds what is wrong with the verbs of roles, which only a server knows. */
  public static void checkVerbs(
      RoleSettings settings, Collection<String> known, List<ValidationError> errors) {
    for (Role role : settings.roles()) {
      for (RoleSettings.Word verb : role.verbs()) {
        String name = verb.text().toUpperCase(Locale.ROOT);
        if (!verb.text().equals(RoleSettings.ALL) && !known.contains(name)) {
          errors.add(
              verb.place()
                  .error("unknown verb " + verb.text() + Nearest.hint(name, known))
                  .withCode(ErrorCode.UNKNOWN_VERB));
        }
      }
    }
  }

  /** Puts others in their place; holds for requests from now on. */
  public void replace(RoleSettings settings, TargetGroups groups) {
    table = table(settings, groups);
    version.incrementAndGet();
  }

  /** Another one after each {@link #replace}. */
  public long version() {
    return version.get();
  }

  private static Table table(RoleSettings settings, TargetGroups groups) {
    Map<String, Rights.Grant> grants = new LinkedHashMap<>();
    grants.put("admin", Rights.Grant.everywhere("admin", EnumSet.allOf(Permission.class)));
    Set<Permission> operator = EnumSet.allOf(Permission.class);
    operator.removeAll(
        EnumSet.of(
            Permission.READ_AUDIT,
            Permission.BACKUP,
            Permission.MANAGE_TOKENS,
            Permission.MANAGE_NODES,
            Permission.PURGE));
    grants.put("operator", Rights.Grant.everywhere("operator", operator));
    grants.put("read", Rights.Grant.everywhere("read", READ));
    Map<String, Set<String>> members = new LinkedHashMap<>();
    for (Role role : settings.roles()) {
      grants.put(role.name().text(), grant(role, groups));
      if (!role.who().isEmpty()) {
        members.put(role.name().text(), role.members());
      }
    }
    return new Table(grants, members);
  }

  private static Rights.Grant grant(Role role, TargetGroups groups) {
    Set<Permission> permissions = EnumSet.noneOf(Permission.class);
    if (!role.verbs().isEmpty()) {
      permissions.addAll(RUN);
    }
    for (Also also : role.also()) {
      permissions.addAll(
          switch (also) {
            case READ -> READ;
            case CANCEL -> EnumSet.of(Permission.CANCEL);
            case PAUSE -> EnumSet.of(Permission.PAUSE);
            case PURGE -> EnumSet.of(Permission.PURGE);
            case NODES -> EnumSet.of(Permission.MANAGE_NODES);
          });
    }
    List<String> hooks = role.hooks().stream().map(RoleSettings.Word::text).toList();
    if (!hooks.isEmpty()) {
      permissions.add(Permission.START_HOOK);
    }
    List<String> verbs = role.verbs().stream().map(RoleSettings.Word::text).toList();
    List<String> targets = role.targets().stream().map(TargetList.Line::text).toList();
    return new Rights.Grant(
        role.name().text(),
        permissions,
        verbs.contains(RoleSettings.ALL)
            ? null
            : verbs.stream().map(verb -> verb.toUpperCase(Locale.ROOT)).collect(Collectors.toSet()),
        targets.contains(RoleSettings.ALL) ? null : targets.stream().map(Target::of).toList(),
        groups,
        hooks.contains(RoleSettings.ALL) ? null : Set.copyOf(hooks));
  }

  /** The roles that there are, by name. */
  public List<String> names() {
    return List.copyOf(table.grants.keySet());
  }

  /** What a token of that role may do; nothing if there is no such role any more. */
  public Rights ofRole(String role) {
    Rights.Grant grant = table.grants.get(role);
    if (grant == null) {
      return Rights.NONE;
    }
    return role.equals("admin") ? Rights.ALL : new Rights(false, List.of(grant));
  }

  /** Whether rights of users depend on their groups, which are to be found out then. */
  public boolean namesGroups() {
    return table.members.values().stream()
        .flatMap(Set::stream)
        .anyMatch(member -> member.startsWith("group:"));
  }

  /**
   * What a user of the socket may do.
   *
   * @param hasServersRights whether it is root or the server's own user
   * @param groups names of all its groups, if roles name any
   */
  public Rights ofUser(String user, boolean hasServersRights, Collection<String> groups) {
    Table now = table;
    if (hasServersRights || now.members.isEmpty()) {
      return Rights.ALL;
    }
    List<Rights.Grant> grants = new ArrayList<>();
    now.members.forEach(
        (role, members) -> {
          if (members.contains("user:" + user)
              || groups.stream().anyMatch(group -> members.contains("group:" + group))) {
            grants.add(now.grants.get(role));
          }
        });
    return new Rights(false, grants);
  }
}
