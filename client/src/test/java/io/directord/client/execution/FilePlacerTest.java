package io.directord.client.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.common.component.JobException;
import io.directord.common.component.ReadableNode.Ownership;
import io.directord.common.json.Json;
import io.directord.common.wire.Delivery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilePlacerTest {
  @TempDir Path directory;
  private Path target;
  private PlacerFixture placer;

  @BeforeEach
  void open() throws IOException {
    placer = new PlacerFixture(directory);
    target = Files.createDirectory(directory.resolve("dest")).resolve("file");
  }

  @AfterEach
  void nothingIsLeftBehind() throws IOException {
    placer.close();
    try (var files = Files.walk(directory)) {
      assertEquals(List.of(), files.filter(f -> f.toString().contains(".directord-")).toList());
    }
  }

  @Test
  void placesAFileWithTheModeAskedFor() throws Exception {
    String sha256 = place("content", new Ownership(null, null, 0640));
    assertEquals("content", Files.readString(target));
    assertEquals("rw-r-----", mode());
    assertEquals(sha256("content"), sha256);
    place("other", new Ownership(null, null, 04755));
    assertEquals(04755, (Integer) Files.getAttribute(target, "unix:mode") & 07777);
  }

  @Test
  void aNewFileHasTheModeThatTheSystemGives() throws Exception {
    place("content", Ownership.DEFAULT);
    Path plain = Files.writeString(directory.resolve("plain"), "");
    assertEquals(PosixFilePermissions.toString(Files.getPosixFilePermissions(plain)), mode());
  }

  @Test
  void aFileThatIsReplacedKeepsItsMode() throws Exception {
    Files.writeString(target, "old");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwx------"));
    place("new", Ownership.DEFAULT);
    assertEquals("rwx------", mode());
    assertEquals("new", Files.readString(target));
  }

  @Test
  void fetchesNothingIfTheContentIsThereButStillSetsTheMode() throws Exception {
    Files.writeString(target, "content");
    place("content", new Ownership(null, null, 0600));
    assertEquals(0, placer.fetches);
    assertEquals("rw-------", mode());
  }

  @Test
  void fetchesIfOnlyTheLengthIsTheSame() throws Exception {
    Files.writeString(target, "contenx");
    place("content", Ownership.DEFAULT);
    assertEquals(1, placer.fetches);
    assertEquals("content", Files.readString(target));
  }

  @Test
  void aLinkStaysALinkAndItsTargetIsReplaced() throws Exception {
    Path real = Files.writeString(directory.resolve("real"), "old");
    Files.createSymbolicLink(target, Path.of("../real"));
    place("new", Ownership.DEFAULT);
    assertTrue(Files.isSymbolicLink(target));
    assertEquals("new", Files.readString(real));
    Files.delete(real);
    place("made", Ownership.DEFAULT);
    assertEquals("made", Files.readString(real));
  }

  @Test
  void rendersABlueprintWithTheNodesArguments() throws Exception {
    placer.cache.putArg("name", Json.tree("world"), false);
    String sha256 = place("hello {{ name }}\n", Ownership.DEFAULT, true);
    assertEquals("hello world\n", Files.readString(target));
    assertEquals(sha256("hello world\n"), sha256);
    Object before = Files.getAttribute(target, "unix:ino");
    place("hello {{ name }}\n", Ownership.DEFAULT, true);
    assertEquals(before, Files.getAttribute(target, "unix:ino"), "it was right already");
  }

  @Test
  void aNewFileWithASecretIsItsOwnersAloneUnlessAModeIsGiven() throws Exception {
    placer.secrets.put("password", "topsecret");
    place("{{ password }}", Ownership.DEFAULT, true);
    assertEquals("topsecret", Files.readString(target));
    assertEquals("rw-------", mode());
    assertEquals("", placer.said.toString(StandardCharsets.UTF_8));
    Files.delete(target);
    place("{{ password }}", new Ownership(null, null, 0640), true);
    assertEquals("rw-r-----", mode());
    Files.delete(target);
    place("no {{ 'password' }}", Ownership.DEFAULT, true);
    assertEquals("rw-r--r--", mode());
  }

  @Test
  void aFileThatIsThereKeepsItsModeWhenItGetsASecretWhichIsSaidIfEveryoneMayReadIt()
      throws Exception {
    placer.secrets.put("password", "topsecret");
    Files.writeString(target, "old");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r-----"));
    place("{{ password }}", Ownership.DEFAULT, true);
    assertEquals("rw-r-----", mode());
    assertEquals("", placer.said.toString(StandardCharsets.UTF_8));
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));
    place("{{ password }}", Ownership.DEFAULT, true);
    assertEquals("rw-r--r--", mode());
    assertTrue(placer.said.toString(StandardCharsets.UTF_8).contains("every user may read it"));
  }

  @Test
  void aBlueprintThatFailsLeavesTheOldFile() throws Exception {
    Files.writeString(target, "old");
    assertFails("hello {{ nope }}", "'nope' is undefined", true);
    placer.served = new byte[] {(byte) 0xff, '{', '{'};
    JobException failed =
        assertThrows(
            JobException.class,
            () -> place(PlacerFixture.delivery(placer.served), Ownership.DEFAULT, true));
    assertEquals("the blueprint is not text in UTF-8", failed.getMessage());
  }

  @Test
  void wrongContentIsRefusedAndToldToTheServerAndTheOldFileStays() throws Exception {
    Files.writeString(target, "old");
    Delivery delivery = PlacerFixture.delivery("right".getBytes(StandardCharsets.UTF_8));
    placer.served = "wrong".getBytes(StandardCharsets.UTF_8);
    JobException failed =
        assertThrows(JobException.class, () -> place(delivery, Ownership.DEFAULT, false));
    assertTrue(failed.getMessage().contains("fingerprint"), failed.getMessage());
    assertTrue(failed.getMessage().contains("give the command again"), failed.getMessage());
    assertEquals(List.of(delivery.sha256()), placer.toldWrong);
    assertEquals("old", Files.readString(target));
  }

  @Test
  void aFullDiskIsSaidAndTheOldFileStays() throws Exception {
    Files.writeString(target, "old");
    placer.meanwhile =
        () -> {
          throw new IOException("No space left on device");
        };
    JobException failed = assertThrows(JobException.class, () -> place("new", Ownership.DEFAULT));
    assertEquals(target + " cannot be written: No space left on device", failed.getMessage());
    assertEquals("old", Files.readString(target));
  }

  @Test
  void saysWhatIsWrongWithTheDestination() throws Exception {
    Path file = target;
    target = file.getParent();
    assertFails("x", "is a directory: end it with /", false);
    target = directory.resolve("missing/file");
    assertFails("x", "does not exist: WORKDIR makes directories", false);
    target = Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));
    assertFails("x", "leads back to itself", false);
    target = Path.of("/proc/self/fd/1");
    assertFails("x", "/proc/self/fd/1 leads to what has no place", false);
    target = Path.of("/proc/self/directord-test");
    assertFails("x", "/proc/self/directord-test cannot be written: ", false);
    target = directory.resolve("fifo");
    assertEquals(0, new ProcessBuilder("mkfifo", target.toString()).start().waitFor());
    assertFails("x", "exists and is not a file", false);
    target = file;
    JobException unknown =
        assertThrows(
            JobException.class, () -> place("x", new Ownership("no-such-user-here", null, null)));
    assertEquals("--chown: unknown user no-such-user-here on this node", unknown.getMessage());
    assertFalse(Files.exists(file));
  }

  @Test
  void dotDotAndLinksAreTheKernels() throws Exception {
    Files.createDirectories(directory.resolve("app/releases/5"));
    Files.createDirectories(directory.resolve("app/shared"));
    Files.createSymbolicLink(directory.resolve("app/current"), Path.of("releases/5"));
    Files.writeString(directory.resolve("app/shared/config.yml"), "old");
    Files.createSymbolicLink(
        directory.resolve("app/releases/5/config.yml"), Path.of("../../shared/config.yml"));
    target = directory.resolve("app/current/config.yml");
    place("new", Ownership.DEFAULT);
    assertEquals("new", Files.readString(directory.resolve("app/shared/config.yml")));
    target = directory.resolve("app/current/../beside");
    place("beside", Ownership.DEFAULT);
    assertEquals("beside", Files.readString(directory.resolve("app/releases/beside")));
    target = Path.of("/proc/self/root", directory.toString(), "app/./current/./x");
    place("through", Ownership.DEFAULT);
    assertEquals("through", Files.readString(directory.resolve("app/releases/5/x")));
  }

  @Test
  void ownersAreNumbersUpToTheKernelsLargest() throws Exception {
    assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root");
    place("x", new Ownership("3000000000", "4294967294", 06755));
    assertEquals((int) 3_000_000_000L, Files.getAttribute(target, "unix:uid"));
    assertEquals((int) 4_294_967_294L, Files.getAttribute(target, "unix:gid"));
    assertEquals(06755, (Integer) Files.getAttribute(target, "unix:mode") & 07777);
    place("y", Ownership.DEFAULT);
    assertEquals((int) 3_000_000_000L, Files.getAttribute(target, "unix:uid"));
    JobException none =
        assertThrows(JobException.class, () -> place("z", new Ownership("4294967295", null, null)));
    assertEquals(
        "--chown: 4294967295 is not a user id: the largest is 4294967294", none.getMessage());
  }

  @Test
  void setsOwnerAndGroupByNameOrNumber() throws Exception {
    Object uid = Files.getAttribute(directory, "unix:uid");
    Object gid = Files.getAttribute(directory, "unix:gid");
    place("x", new Ownership(uid.toString(), gid.toString(), null));
    assertEquals(uid, Files.getAttribute(target, "unix:uid"));
    String user = Files.getOwner(directory).getName();
    place("y", new Ownership(user, null, null));
    assertEquals(uid, Files.getAttribute(target, "unix:uid"));
  }

  @Test
  void takesNamesThatAreLongOrStrange() throws Exception {
    for (String name : List.of("ä".repeat(120), " a b\n'\"", "-rf", ".hidden")) {
      target = target.resolveSibling(name);
      place("x" + name, Ownership.DEFAULT);
      assertEquals("x" + name, Files.readString(target));
    }
  }

  private String place(String content, Ownership ownership) throws Exception {
    return place(content, ownership, false);
  }

  private String place(String content, Ownership ownership, boolean blueprint) throws Exception {
    placer.served = content.getBytes(StandardCharsets.UTF_8);
    return place(PlacerFixture.delivery(placer.served), ownership, blueprint);
  }

  private String place(Delivery delivery, Ownership ownership, boolean blueprint) throws Exception {
    return placer.place(delivery, target, ownership, blueprint);
  }

  private void assertFails(String content, String message, boolean blueprint) {
    JobException failed =
        assertThrows(JobException.class, () -> place(content, Ownership.DEFAULT, blueprint));
    assertTrue(failed.getMessage().contains(message), failed.getMessage());
  }

  private static String sha256(String content) throws Exception {
    return PlacerFixture.delivery(content.getBytes(StandardCharsets.UTF_8)).sha256();
  }

  private String mode() throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(target));
  }
}
