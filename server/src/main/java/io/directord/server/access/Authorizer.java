package io.directord.server.access;

import java.util.List;

/** The one place that decides what callers may do. May be called from any thread; must not wait. */
@FunctionalInterface
public interface Authorizer {

  boolean allows(Caller caller, Permission permission);

  /** The roles that tokens may have, by name. */
  default List<String> roles() {
    return List.of();
  }

  /** Whoever may open the socket may do everything. */
  static Authorizer ofTheSocket() {
    return (caller, permission) -> caller.role() == null;
  }
}
