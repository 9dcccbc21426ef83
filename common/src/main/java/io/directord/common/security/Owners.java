package io.directord.common.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/** Whom this process trusts: its own user, and root. */
public final class Owners {
  private static final Path SELF = Path.of("/proc/self");

  /** Its name, and what stands for it where there are no names. */
  private static final Set<String> ROOT = Set.of("root", "0");

  private Owners() {}

  /** Whether this is the user of this process, or root. */
  public static boolean isTrusted(UserPrincipal user) throws IOException {
    return ROOT.contains(user.getName()) || user.equals(Files.getOwner(SELF));
  }
}
