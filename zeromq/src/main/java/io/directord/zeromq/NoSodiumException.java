package io.directord.zeromq;

/** libsodium cannot be loaded. The message says why, and which package has it. */
public final class NoSodiumException extends Exception {
  NoSodiumException(LinkageError cause) {
    super(
        "libsodium cannot be loaded: "
            + why(cause)
            + ". It is in the package libsodium23 of Debian and its kin, and libsodium of Red Hat's",
        cause);
  }

  /** The first line may be a heading. */
  private static String why(LinkageError cause) {
    return String.valueOf(cause.getMessage())
        .lines()
        .filter(line -> !line.endsWith(":"))
        .findFirst()
        .orElse(cause.toString());
  }
}
