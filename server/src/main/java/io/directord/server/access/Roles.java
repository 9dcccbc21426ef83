package io.directord.server.access;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What roles allow. Users of the socket, who have none, may do everything. */
public final class Roles implements Authorizer {
  private final Map<String, Set<Permission>> all =
      new TreeMap<>(
          Map.of(
              "admin",
              EnumSet.allOf(Permission.class),
              "operator",
              EnumSet.complementOf(
                  EnumSet.of(Permission.MANAGE_TOKENS, Permission.MANAGE_NODES, Permission.PURGE)),
              "read",
              EnumSet.of(
                  Permission.READ_NODES,
                  Permission.READ_METRICS,
                  Permission.READ_JOBS,
                  Permission.FOLLOW)));

  @Override
  public List<String> roles() {
    return List.copyOf(all.keySet());
  }

  @Override
  public boolean allows(Caller caller, Permission permission) {
    return caller.role() == null || all.getOrDefault(caller.role(), Set.of()).contains(permission);
  }
}
