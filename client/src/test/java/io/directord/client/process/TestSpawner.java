package io.directord.client.process;

import java.nio.file.Path;
import java.util.List;

/** What starts commands on the machine of the tests; one for all, as in a client. */
public final class TestSpawner {
  private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));

  private TestSpawner() {}

  /** Hides these variables of the environment from commands. */
  public static Spawner hiding(String... variables) {
    return Spawner.of(new ClientEnvironment(List.of(variables)), TEMPORARY);
  }

  /** The one for machines whose C library cannot be used. */
  public static Spawner jdkOnly(String... hidden) {
    return new JdkSpawner(new ClientEnvironment(List.of(hidden)));
  }
}
