package io.directord.client;

/**
 * What was found out about one thing.
 *
 * @param check what it is about, in a word or two
 * @param what was found
 * @param remedy what to do; empty if nothing is to be done
 */
public record Finding(String check, Kind kind, String what, String remedy) {

  /** Whether something is to be done. */
  public enum Kind {
    OK,
    /** It may be as wanted, or disturbs little. */
    WARNING,
    /** It keeps the client from working. */
    WRONG
  }

  static Finding ok(String check, String what) {
    return new Finding(check, Kind.OK, what, "");
  }

  static Finding warning(String check, String what, String remedy) {
    return new Finding(check, Kind.WARNING, what, remedy);
  }

  static Finding wrong(String check, String what, String remedy) {
    return new Finding(check, Kind.WRONG, what, remedy);
  }

  Finding asWarning() {
    return new Finding(check, Kind.WARNING, what, remedy);
  }
}
