package io.directord.server.access;

/** The one place that decides what callers may do. May be called from any thread; must not wait. */
@FunctionalInterface
public interface Authorizer {

  boolean allows(Caller caller, Permission permission);

  /** Whoever may open the socket may do everything. */
  static Authorizer ofTheSocket() {
    return (caller, permission) -> true;
  }
}
