package io.directord.container;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.cli.Ran;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Runs commands as a user types them in a shell, and takes away what they made. The image {@code
 * localhost/directord} has been built by {@code .ci/container-image}; {@code .ci/run} does that and
 * asks for these tests with {@code -Ddirectord.containers=true}. Several processes may do so side
 * by side.
 */
final class Podman implements AutoCloseable {
  static final String IMAGE = "localhost/directord";
  static final Duration TIMEOUT = Duration.ofSeconds(240);

  /** Of what installs packages, on a busy machine. */
  static final Duration LONG = Duration.ofMinutes(15);

  /**
   * An image that several classes of tests stand on.
   *
   * @param base the image that it is built on
   * @param steps what follows FROM in its Containerfile, without files of its own
   */
  record SharedImage(String name, String base, String steps) {}

  /** A machine whose first process is systemd: the image with it. */
  static final SharedImage SYSTEMD =
      new SharedImage(
          "systemd",
          IMAGE,
          """
      USER 0:0
      RUN apt-get update -q \\
       && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends systemd-sysv
      HEALTHCHECK NONE
      ENTRYPOINT ["/sbin/init"]
      """);

  /** A Debian with a Java runtime and what administrators of one have, and nothing of directord. */
  static final SharedImage DEBIAN =
      new SharedImage(
          "debian",
          "docker.io/library/debian:trixie-slim",
          """
      RUN apt-get update -q \\
       && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \\
          default-jdk-headless openssh-server openssh-client curl procps lintian rpm adduser
      """);

  /** Of two processes that need the same image, one makes it. Earlier ones of its name go. */
  private static final String MAKE_SHARED =
      """
      set -e
      exec 9> /var/tmp/directord-test-images.lock
      flock 9
      repository=localhost/directord-test-NAME
      image=$repository:$(
        { podman image inspect --format '{{.Id}}' BASE; cat << 'END'
      STEPS
      END
        } | sha256sum | cut -c 1-16)
      if ! podman image exists "$image"; then
        podman images --quiet --filter "reference=$repository" |
          xargs --no-run-if-empty podman image rm --force > /dev/null
        podman build --quiet --layers=false --pull=never --tag "$image" - << 'END' > /dev/null
      FROM BASE
      STEPS
      END
      fi
      echo "$image"
      """;

  private static final Path SHOWN_NAMES = Path.of("/var/tmp/directord-test-names.lock");

  /** What podman itself logs, of systemd that is not there for example. */
  private static final String PODMANS_OWN = "(?m)^time=\".*\" level=.*\\R";

  private final Path home;
  private final Deque<String> undo = new ArrayDeque<>();

  /** Locked while they are used; else null. */
  private FileChannel shownNames;

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

  /**
   * For a test that uses the names and ports that the documents show: it begins when no other one
   * does, also in another process.
   */
  static Podman withShownNames(Path home) throws IOException {
    Podman podman = new Podman(home);
    podman.shownNames = FileChannel.open(SHOWN_NAMES, CREATE, WRITE);
    podman.shownNames.lock();
    return podman;
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
   * The name of an image that is made unless it is there: it stays for the next run of the tests,
   * and is made anew when what it is made of has changed.
   */
  String shared(SharedImage image) {
    String script =
        MAKE_SHARED
            .replace("NAME", image.name())
            .replace("BASE", image.base())
            .replace("STEPS", image.steps().strip());
    return shell("export BUILDAH_FORMAT=docker\n" + script, LONG).expect(0).out().strip();
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
    try {
      if (shownNames != null) {
        shownNames.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
