package io.directord.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Directord 0.12 from an unpacked checkout, run by the system's Python with the distribution's
 * packages: python3-zmq, -yaml, -jinja2, -tabulate, -tenacity and -requests.
 */
final class Original {
  private static final Path SYSTEM_PYTHON = Path.of("/usr/bin/python3");

  private Original() {}

  static Cluster in(Path checkout, Path directory) throws IOException {
    Path start = checkout.resolve("runlocal.py").toAbsolutePath();
    if (!Files.isRegularFile(start)) {
      throw new IOException(
          checkout + " is not a checkout of Directord 0.12: it has no runlocal.py");
    }
    String path = checkout.toAbsolutePath() + ":" + sshStandIn(directory);
    return new Cluster(
        List.of(SYSTEM_PYTHON.toString(), start.toString()),
        Map.of("PYTHONPATH", path, "PYTHONDONTWRITEBYTECODE", "1"),
        directory);
  }

  /** Modules that its bootstrap imports and that are neither packaged nor used here. */
  private static Path sshStandIn(Path directory) throws IOException {
    Path root = directory.resolve("stand-in");
    Path ssh = Files.createDirectories(root.resolve("ssh"));
    for (String module : List.of("__init__", "options", "key")) {
      Files.createFile(ssh.resolve(module + ".py"));
    }
    Files.writeString(ssh.resolve("session.py"), "class Session:\n    pass\n");
    return root;
  }
}
