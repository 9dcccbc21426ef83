package io.directord.cli.bootstrap;

import java.nio.file.Path;

/**
 * How hosts are reached.
 *
 * @param home whose {@code .ssh} is used
 * @param agent the agent's socket; null if there is none
 * @param keyFile the only key to be used; null for the agent's and those in {@code .ssh}
 * @param acceptNew whether the key of a host that is not known yet is noted and trusted
 */
public record SshOptions(Path home, Path agent, Path keyFile, boolean acceptNew) {
  /** The directory of keys, configuration and known hosts. */
  Path directory() {
    return home.resolve(".ssh");
  }
}
