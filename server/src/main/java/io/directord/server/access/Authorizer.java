package io.directord.server.access;

/** The one place that decides what callers may ask for. May be called from any thread. */
@FunctionalInterface
public interface Authorizer {

  boolean allows(Caller caller, Permission permission);

  /**
   * By the rights that the caller has; to which nodes these extend is decided where they are known.
   */
  static Authorizer byRights() {
    return (caller, permission) -> caller.rights().has(permission);
  }
}
