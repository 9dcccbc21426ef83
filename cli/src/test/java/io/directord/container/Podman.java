package io.directord.container;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.cli.Ran;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Runs commands as a user types them in a shell, and takes away what they made. The image {@code
 * localhost/directord} has been built by {@code .ci/container-image}; {@code .ci/run} does that and
 * asks for these tests with {@code -Ddirectord.containers=true}.
 */
final class Podman implements AutoCloseable {
  static final String IMAGE = "localhost/directord";
  static final Duration TIMEOUT = Duration.ofSeconds(240);

  /** Of what installs packages, on a busy machine. */
  static final Duration LONG = Duration.ofMinutes(15);

  /** Names of images, by their Containerfiles. */
  private static final Map<String, String> SHARED = new ConcurrentHashMap<>();

  /** A machine whose first process is systemd: the image with it. */
  static final String SYSTEMD =
      """
      FROM localhost/directord
      USER 0:0
      RUN apt-get update -q \\
       && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends systemd-sysv
      HEALTHCHECK NONE
      ENTRYPOINT ["/sbin/init"]
      """;

  /** A Debian with a Java runtime and what administrators of one have, and nothing of directord. */
  static final String DEBIAN =
      """
      FROM docker.io/library/debian:trixie-slim
      RUN apt-get update -q \\
       && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \\
          default-jdk-headless openssh-server openssh-client curl procps lintian rpm adduser
      """;

  /** What podman itself logs, of systemd that is not there for example. */
  private static final String PODMANS_OWN = "(?m)^time=\".*\" level=.*\\R";

  private final Path home;
  private final Deque<String> undo = new ArrayDeque<>();

  /** Part of every name that a test gives, so that what others made is left alone. */
  private final String tag = UUID.randomUUID().toString().substring(0, 8);

  /**
   * @param home the user's home directory, and where commands run
   */
  Podman(Path home) {
    assumeTrue(
        Boolean.getBoolean("directord.containers"),
        "tests of the image need root, podman and the image:"
            + " .ci/container-image && mvn verify -Ddirectord.containers=true");
    this.home = home;
  }

  /** A name for a container, a volume or a network. */
  String name(String role) {
    return role + "-" + tag;
  }

  /** Has a command run when the test is over, before those that were named earlier. */
  Podman afterwards(String command) {
    undo.push(command);
    return this;
  }

  /** Runs a container in the background; it is removed when the test is over. */
  String start(String name, String words) {
    afterwards("podman rm --force --time 5 " + name);
    shell("podman run --detach --name " + name + " " + words).expect(0);
    return name;
  }

  /**
   * Builds an image of the Containerfile in the home directory; it is removed when the test is
   * over. It has no layers in common with one that is built or removed at the same time.
   */
  void build(String image) {
    afterwards("podman image rm --force " + image);
    String build = "podman build --quiet --layers=false --pull=never --tag " + image + " .";
    shell("BUILDAH_FORMAT=docker " + build, LONG).expect(0);
  }

  /**
   * An image that several classes of tests stand on: it is built once, and removed when all are
   * over.
   *
   * @param containerfile without files of its own
   */
  String shared(String containerfile) {
    return SHARED.computeIfAbsent(
        containerfile,
        text -> {
          String image = name("shared");
          Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(image)));
          String build = "podman build --quiet --layers=false --pull=never --tag " + image + " -";
          shell("BUILDAH_FORMAT=docker " + build + " << 'END'\n" + text + "END\n", LONG).expect(0);
          return image;
        });
  }

  private static void remove(String image) {
    try {
      new ProcessBuilder("podman", "image", "rm", "--force", image).start().waitFor();
    } catch (IOException | InterruptedException e) {
      System.err.println(image + " is not removed: " + e);
    }
  }

  /** Runs a command line, or several, to their end. */
  Ran shell(String script) {
    return shell(script, TIMEOUT);
  }

  /** As {@link #shell(String)}, for what takes longer: installing packages on a busy machine. */
  Ran shell(String script, Duration timeout) {
    try {
      Path out = Files.createTempFile("podman", ".out");
      Path err = Files.createTempFile("podman", ".err");
      ProcessBuilder builder = new ProcessBuilder("bash", "-c", script).directory(home.toFile());
      builder.environment().keySet().removeIf(variable -> variable.startsWith("DIRECTORD_"));
      builder.environment().put("HOME", home.toString());
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      builder.redirectOutput(out.toFile()).redirectError(err.toFile());
      Process process = builder.start();
      boolean ended = process.waitFor(timeout.toSeconds(), TimeUnit.SECONDS);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      Ran ran =
          new Ran(
              List.of(script),
              ended ? process.exitValue() : -1,
              Files.readString(out),
              Files.readString(err).replaceAll(PODMANS_OWN, ""));
      Files.delete(out);
      Files.delete(err);
      return ran;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for " + script, e);
    }
  }

  /** Runs a command in a running container. */
  Ran exec(String container, String command) {
    return shell("podman exec " + container + " " + command);
  }

  /** What a container has written so far. */
  String log(String container) {
    Ran ran = shell("podman logs " + container);
    return ran.out() + ran.err();
  }

  /** Returns once a container has written this. */
  void awaitLog(String container, String text) {
    await(text + " in the log of " + container)
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () -> {
              String log = log(container);
              if (!log.contains(text)) {
                throw new AssertionError(text + " is not in\n" + log);
              }
            });
  }

  /** Returns once the server of a container lists so many nodes. */
  void awaitNodes(String server, int nodes) {
    await(nodes + " nodes at " + server)
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(300))
        .untilAsserted(
            () -> {
              Ran ran = exec(server, "directord manage --list-nodes --output json");
              long active = ran.out().split("\"ACTIVE\"", -1).length - 1L;
              if (active != nodes) {
                throw new AssertionError(ran + log(server));
              }
            });
  }

  /** Returns once the client of a container says that it is connected. */
  void awaitConnected(String container) {
    await("the client of " + container + " is well")
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(300))
        .until(() -> exec(container, "directord healthcheck client").status() == 0);
  }

  @Override
  public void close() {
    undo.forEach(this::shell);
  }
}
