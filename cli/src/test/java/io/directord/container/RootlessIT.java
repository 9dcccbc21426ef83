package io.directord.container;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image in the hands of a user who has no rights, with a podman of their own. */
@Tag("container")
class RootlessIT {
  @TempDir Path home;
  private Podman podman;
  private String user;

  @BeforeEach
  void start() throws IOException {
    podman = new Podman(home);
    user = podman.name("user");
    // JUnit's directory, and those above it, are root's alone.
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    podman.afterwards("userdel --force --remove " + user);
    podman.shell("useradd --create-home " + user).expect(0);
    podman.shell("podman save --quiet --output image.tar " + Podman.IMAGE).expect(0);
    podman.shell("chmod 0644 image.tar").expect(0);
  }

  @AfterEach
  void stop() {
    if (podman != null) {
      podman.close();
    }
  }

  @Test
  void severalServersOfAnOrdinaryUserRunSideBySide() {
    podman.afterwards(
        asUser(
            "podman stop --all --time 5; podman rm --force --all --depend;"
                + " podman unshare rm -rf $HOME/.local; podman system migrate"));
    podman.shell(asUser("podman load --quiet --input " + home.resolve("image.tar"))).expect(0);
    for (int i = 1; i <= 2; i++) {
      podman
          .shell(
              asUser(
                  "podman run --detach --name server-"
                      + i
                      + " --env DIRECTORD_MODE=server --env DIRECTORD_SHARED_KEY=secrete directord"
                      + " && podman run --detach --name client-"
                      + i
                      + " --network container:server-"
                      + i
                      + " --env DIRECTORD_SHARED_KEY=secrete --env DIRECTORD_IDENTITY=node-"
                      + i
                      + " directord"))
          .expect(0);
    }
    for (int i = 1; i <= 2; i++) {
      String server = "podman exec server-" + i + " directord ";
      String joined =
          "until " + server + "manage --list-nodes | grep -q node-" + i + "; do sleep 0.5; done";
      podman.shell(asUser("timeout 230 sh -c '" + joined + "'")).expect(0);
      Ran ran = podman.shell(asUser(server + "exec --stream --verb RUN hostname"));
      assertTrue(ran.expect(0).out().contains("node-" + i + " -- STDOUT"), ran::toString);
    }
  }

  private String asUser(String command) {
    String directory = "/home/" + user;
    return "cd "
        + directory
        + " && mkdir -p -m 0700 run && chown "
        + user
        + " run && setpriv --reuid "
        + user
        + " --regid "
        + user
        + " --init-groups env -i PATH=$PATH HOME="
        + directory
        + " XDG_RUNTIME_DIR="
        + directory
        + "/run bash -c \""
        + command.replace("\\", "\\\\").replace("\"", "\\\"").replace("$", "\\$")
        + "\"";
  }
}
