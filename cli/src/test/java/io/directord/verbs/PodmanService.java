package io.directord.verbs;

import static io.directord.verbs.Verb.isThere;
import static io.directord.verbs.Verb.require;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.cli.TestCluster;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** podman's API service with storage of its own, and one small image in it. */
final class PodmanService implements AutoCloseable {
  /** The image: busybox with a shell. */
  static final String IMAGE = "localhost/directord-test:1";

  /** What works without systemd, and inside a container as well. */
  private static final String CONFIGURATION =
      """
      [engine]
      cgroup_manager = "cgroupfs"
      RUNTIME
      [containers]
      default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
      """;

  private static final String MAKE_IMAGE =
      """
      mkdir -p image/bin && cp "$(command -v busybox)" image/bin/busybox
      for c in sh sleep echo; do ln -sf busybox image/bin/$c; done
      chroot image /bin/sh -c true && tar -C image -cf image.tar .
      """;

  private final Path directory;
  private final Process service;

  private PodmanService(Path directory) throws IOException {
    this.directory = directory;
    String runtime = isThere("runc") ? "runtime = \"runc\"" : "";
    Files.writeString(configuration(), CONFIGURATION.replace("RUNTIME", runtime));
    this.service = podman("system", "service", "--time", "0", "unix://" + socket()).start();
  }

  /** Skips the test, saying why, if this machine cannot run containers. */
  static PodmanService start(Path directory) throws Exception {
    require("podman");
    require("busybox");
    Files.createDirectories(directory);
    Process image =
        new ProcessBuilder("sh", "-c", MAKE_IMAGE)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("image.log").toFile())
            .start();
    assumeTrue(image.waitFor() == 0, "needs root, and a busybox that is linked statically");
    PodmanService started = new PodmanService(directory);
    try {
      int status = started.podman("import", "--quiet", "image.tar", IMAGE).start().waitFor();
      assumeTrue(status == 0, "needs a podman that can keep images here");
      await().until(() -> Files.exists(started.socket()));
      return started;
    } catch (RuntimeException | Error e) {
      started.close();
      throw e;
    }
  }

  private Path configuration() {
    return directory.resolve("containers.conf");
  }

  Path socket() {
    return directory.resolve("podman.sock");
  }

  /** A command of podman's with this storage. */
  ProcessBuilder podman(String... words) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("podman", "--root", directory.resolve("root").toString()));
    command.addAll(List.of("--runroot", directory.resolve("run").toString()));
    command.addAll(List.of("--tmpdir", directory.resolve("tmp").toString()));
    command.addAll(Arrays.asList(words));
    File log = directory.resolve("podman.log").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
    builder.environment().put("CONTAINERS_CONF", configuration().toString());
    return builder;
  }

  /** Has the jobs of clients started from now on find podman with this storage. */
  void putOnPath(TestCluster cluster) throws IOException {
    Path command =
        cluster.write(
            "stubs/podman",
            "#!/bin/sh\nCONTAINERS_CONF="
                + configuration()
                + " PATH="
                + System.getenv("PATH")
                + " exec "
                + String.join(" ", podman().command())
                + " \"$@\"\n");
    Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
    cluster.set("PATH", command.getParent() + ":" + System.getenv("PATH"));
  }

  @Override
  public void close() throws IOException {
    finish(podman("pod", "rm", "--all", "--force", "--time", "0"));
    finish(podman("rmi", "--all", "--force"));
    service.destroy();
    service.onExit().join();
    // Podman leaves its storage mounted onto itself.
    finish(
        new ProcessBuilder("umount", "-l", directory.resolve("root/overlay").toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("umount.log").toFile()));
  }

  private static void finish(ProcessBuilder command) throws IOException {
    try {
      command.start().waitFor();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
