package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.NoServerException;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.RoleSettings;
import io.directord.common.target.TargetGroups;
import io.directord.server.access.Access;
import io.directord.server.access.Authorizer;
import io.directord.server.access.Roles;
import io.directord.server.hook.IncomingHooks;
import io.directord.server.memory.MemoryBudget;
import io.directord.verbs.Components;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class SocketFileTest {
  @TempDir Path directory;

  @Test
  void isForItsUserAndGroupOnly() throws Exception {
    try (ApiFixture api = new ApiFixture(directory)) {
      assertEquals(
          "rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(api.socket)));
    }
  }

  @Test
  void isGivenToTheGroup() throws Exception {
    // A group that this user is in for certain, whoever runs the tests.
    var own = Files.readAttributes(directory, PosixFileAttributes.class).group();
    Path socket = directory.resolve("s.sock");
    try (ApiServer server = start(socket, own.getName())) {
      assertEquals(own, Files.readAttributes(socket, PosixFileAttributes.class).group());
      assertFalse(server.routes().isEmpty());
    }
    assertRefused(socket, "no-such-group", "there is no group 'no-such-group'");
  }

  @Test
  void replacesWhatADeadServerLeft() throws Exception {
    Path socket = directory.resolve("s.sock");
    try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(socket));
    }
    assertTrue(Files.exists(socket));
    NoServerException none =
        assertThrows(NoServerException.class, () -> new ServerConnection(socket).nodes());
    assertTrue(none.getMessage().contains("nothing listens"), none.getMessage());

    try (ApiServer server = start(socket, null)) {
      assertEquals(2, new ServerConnection(socket).nodes().size());
      assertFalse(server.routes().isEmpty());
    }
  }

  @Test
  void refusesASecondServerAndLeavesTheFirstAlone() throws Exception {
    try (ApiFixture api = new ApiFixture(directory)) {
      assertRefused(api.socket, null, "another server is running");
      assertEquals(2, api.connection.nodes().size());
    }
  }

  @Test
  void refusesAPathWhereAnythingElseListens() throws Exception {
    Path socket = directory.resolve("s.sock");
    try (var other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(UnixDomainSocketAddress.of(socket));
      assertRefused(socket, null, "another server is running");
    }
  }

  @Test
  void neverReplacesAFile() throws Exception {
    Path file = Files.writeString(directory.resolve("precious"), "data");
    assertRefused(file, null, "exists and is not a socket");
    assertEquals("data", Files.readString(file));
    Path fifo = directory.resolve("fifo");
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    assertRefused(fifo, null, "exists and is not a socket");
  }

  @Test
  void leavesASocketAloneThatSomebodyPutInItsPlace() throws Exception {
    ApiFixture api = new ApiFixture(directory);
    Files.delete(api.socket);
    Files.writeString(api.socket, "another");
    api.close();
    assertEquals("another", Files.readString(api.socket));
  }

  @Test
  void explainsPathsThatCannotBe() throws Exception {
    assertRefused(directory.resolve("x".repeat(120)), null, "too long");
    assertRefused(directory.resolve("nothing/s.sock"), null, "there is no directory");
    assertThrows(
        NoServerException.class,
        () -> new ServerConnection(directory.resolve("x".repeat(120))).nodes());
  }

  private void assertRefused(Path socket, String group, String reason) throws Exception {
    IOException refusal = assertThrows(IOException.class, () -> start(socket, group).close());
    assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    try (var left = Files.list(directory)) {
      assertEquals(
          List.of(), left.filter(file -> file.getFileName().toString().startsWith(".")).toList());
    }
  }

  private ApiServer start(Path socket, String group) throws IOException {
    return ApiServer.start(
        new ApiConfig(
            new ApiAddresses(socket, group, null),
            Components.builtin(),
            new ServerRole("1", () -> null, () -> null),
            () -> SampleViews.NOW,
            new MemoryBudget(64 << 20),
            new Access(
                Authorizer.byRights(),
                new Roles(RoleSettings.NONE, TargetGroups.NONE),
                ApiFixture.audit(directory.resolve("audit"))),
            new IncomingHooks()),
        new FakeDispatch(),
        ApiFixture.contents(directory),
        null);
  }
}
