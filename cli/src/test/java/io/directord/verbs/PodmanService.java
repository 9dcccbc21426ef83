package io.directord.verbs;

import static io.directord.verbs.Verb.isThere;
import static io.directord.verbs.Verb.require;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

  private final Path folder;
  private final Process service;

  private PodmanService(Path folder) throws IOException {
    this.folder = folder;
    String runtime = isThere("runc") ? "runtime = \"runc\"" : "";
    Files.writeString(configuration(), CONFIGURATION.replace("RUNTIME", runtime));
    this.service = podman("system", "service", "--time", "0", "unix://" + socket()).start();
  }

  /** Skips the test, saying why, if this machine cannot run containers. */
  static PodmanService start(Path folder) throws Exception {
    require("podman");
    require("busybox");
    Files.createDirectories(folder);
    Process image =
        new ProcessBuilder("sh", "-c", MAKE_IMAGE)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("image.log").toFile())
            .start();
    assumeTrue(image.waitFor() == 0, "needs root, and a busybox that is linked statically");
    PodmanService started = new PodmanService(folder);
    try {
      int status = started.podman("import", "--quiet", "image.tar", IMAGE).start().waitFor();
      assumeTrue(status == 0, "needs a podman that can keep images here");
      await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(started.socket()));
      return started;
    } catch (RuntimeException | Error e) {
      started.close();
      throw e;
    }
  }

  private Path configuration() {
    return folder.resolve("containers.conf");
  }

  Path socket() {
    return folder.resolve("podman.sock");
  }

  /** A command of podman's with this storage. */
  ProcessBuilder podman(String... words) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("podman", "--root", folder.resolve("root").toString()));
    command.addAll(List.of("--runroot", folder.resolve("run").toString()));
    command.addAll(List.of("--tmpdir", folder.resolve("tmp").toString()));
    command.addAll(Arrays.asList(words));
    File log = folder.resolve("podman.log").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
    builder.environment().put("CONTAINERS_CONF", configuration().toString());
    return builder;
  }

  @Override
  public void close() throws IOException {
    finish(podman("pod", "rm", "--all", "--force", "--time", "0"));
    finish(podman("rmi", "--all", "--force"));
    service.destroy();
    // Podman leaves its storage mounted onto itself.
    finish(
        new ProcessBuilder("umount", "-l", folder.resolve("root/overlay").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("umount.log").toFile()));
  }

  private static void finish(ProcessBuilder command) throws IOException {
    try {
      command.start().waitFor();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
