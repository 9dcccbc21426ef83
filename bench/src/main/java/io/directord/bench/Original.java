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

  static Cluster in(Path checkout, Path folder) throws IOException {
    Path start = checkout.resolve("runlocal.py").toAbsolutePath();
    if (!Files.isRegularFile(start)) {
      throw new IOException(checkout + " is no checkout of Directord 0.12: no runlocal.py in it");
    }
    String path = checkout.toAbsolutePath() + ":" + sshStandIn(folder);
    return new Cluster(
        List.of(SYSTEM_PYTHON.toString(), start.toString()),
        Map.of("PYTHONPATH", path, "PYTHONDONTWRITEBYTECODE", "1"),
        folder);
  }

  /** What its bootstrap imports, which is not packaged and not used here. */
  private static Path sshStandIn(Path folder) throws IOException {
    Path root = folder.resolve("stand-in");
    Path ssh = Files.createDirectories(root.resolve("ssh"));
    for (String module : List.of("__init__", "options", "key")) {
      Files.createFile(ssh.resolve(module + ".py"));
    }
    Files.writeString(ssh.resolve("session.py"), "class Session:\n    pass\n");
    return root;
  }
}
