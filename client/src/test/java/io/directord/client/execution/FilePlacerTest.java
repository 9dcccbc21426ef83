package io.directord.client.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.cache.NodeCache;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext.Ownership;
import io.directord.common.json.Json;
import io.directord.common.wire.Delivery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilePlacerTest {
  @TempDir Path folder;
  private final Processes processes = new Processes("node", List.of());
  private Path target;
  private NodeCache cache;
  private byte[] served = new byte[0];
  private int fetches;
  private IOException failure;

  @BeforeEach
  void open() throws IOException {
    cache = NodeCache.open(Files.createDirectory(folder.resolve("cache")), Clock.systemUTC());
    target = Files.createDirectory(folder.resolve("dest")).resolve("file");
  }

  @AfterEach
  void nothingIsLeftBehind() throws IOException {
    cache.close();
    processes.close();
    try (var files = Files.walk(folder)) {
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
    Path plain = Files.writeString(folder.resolve("plain"), "");
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
    assertEquals(0, fetches);
    assertEquals("rw-------", mode());
  }

  @Test
  void fetchesIfOnlyTheLengthIsTheSame() throws Exception {
    Files.writeString(target, "contenx");
    place("content", Ownership.DEFAULT);
    assertEquals(1, fetches);
    assertEquals("content", Files.readString(target));
  }

  @Test
  void aLinkStaysALinkAndItsTargetIsReplaced() throws Exception {
    Path real = Files.writeString(folder.resolve("real"), "old");
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
    cache.putArg("name", Json.tree("world"), false);
    String sha256 = place("hello {{ name }}\n", Ownership.DEFAULT, true);
    assertEquals("hello world\n", Files.readString(target));
    assertEquals(sha256("hello world\n"), sha256);
    Object before = Files.getAttribute(target, "unix:ino");
    place("hello {{ name }}\n", Ownership.DEFAULT, true);
    assertEquals(before, Files.getAttribute(target, "unix:ino"), "it was right already");
  }

  @Test
  void aBlueprintThatFailsLeavesTheOldFile() throws Exception {
    Files.writeString(target, "old");
    assertFails("hello {{ nope }}", "'nope' is undefined", true);
    served = new byte[] {(byte) 0xff, '{', '{'};
    JobException failed =
        assertThrows(JobException.class, () -> place(delivery(served), Ownership.DEFAULT, true));
    assertEquals("the blueprint is not text in UTF-8", failed.getMessage());
  }

  @Test
  void wrongContentIsRefusedAndTheOldFileStays() throws Exception {
    Files.writeString(target, "old");
    Delivery delivery = delivery("right".getBytes(StandardCharsets.UTF_8));
    served = "wrong".getBytes(StandardCharsets.UTF_8);
    JobException failed =
        assertThrows(JobException.class, () -> place(delivery, Ownership.DEFAULT, false));
    assertTrue(failed.getMessage().contains("fingerprint"), failed.getMessage());
    assertEquals("old", Files.readString(target));
  }

  @Test
  void aFullDiskIsSaidAndTheOldFileStays() throws Exception {
    Files.writeString(target, "old");
    failure = new IOException("No space left on device");
    JobException failed = assertThrows(JobException.class, () -> place("new", Ownership.DEFAULT));
    assertEquals(target + " cannot be written: No space left on device", failed.getMessage());
    assertEquals("old", Files.readString(target));
  }

  @Test
  void saysWhatIsWrongWithTheDestination() throws Exception {
    Path file = target;
    target = file.getParent();
    assertFails("x", "is a folder: end it with /", false);
    target = folder.resolve("missing/file");
    assertFails("x", "does not exist: WORKDIR makes folders", false);
    target = Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
    assertFails("x", "leads back to itself", false);
    target = Path.of("/proc/self/directord-test");
    assertFails("x", "/proc/self/directord-test cannot be written: ", false);
    target = Path.of("/dev/null");
    assertFails("x", "is there and is no file", false);
    target = file;
    JobException unknown =
        assertThrows(
            JobException.class, () -> place("x", new Ownership("no-such-user-here", null, null)));
    assertEquals("there is no user or group no-such-user-here on this node", unknown.getMessage());
    assertFalse(Files.exists(file));
  }

  @Test
  void setsOwnerAndGroupByNameOrNumber() throws Exception {
    Object uid = Files.getAttribute(folder, "unix:uid");
    Object gid = Files.getAttribute(folder, "unix:gid");
    place("x", new Ownership(uid.toString(), gid.toString(), null));
    assertEquals(uid, Files.getAttribute(target, "unix:uid"));
    String user = Files.getOwner(folder).getName();
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
    served = content.getBytes(StandardCharsets.UTF_8);
    return place(delivery(served), ownership, blueprint);
  }

  private String place(Delivery delivery, Ownership ownership, boolean blueprint) throws Exception {
    ContentSource source =
        (what, sink) -> {
          fetches++;
          int half = served.length / 2;
          sink.accept(java.util.Arrays.copyOf(served, half));
          if (failure != null) {
            throw failure;
          }
          sink.accept(java.util.Arrays.copyOfRange(served, half, served.length));
        };
    var node = new Execution.Node("node", cache, processes, source);
    return new Execution(node, null, null, List.of(delivery), new JobOutput(null))
        .deliver(delivery, target, ownership, blueprint);
  }

  private void assertFails(String content, String message, boolean blueprint) {
    JobException failed =
        assertThrows(JobException.class, () -> place(content, Ownership.DEFAULT, blueprint));
    assertTrue(failed.getMessage().contains(message), failed.getMessage());
  }

  private static Delivery delivery(byte[] content) throws Exception {
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    return new Delivery(
        UUID.randomUUID(), sha256, content.length, 1000, new byte[32], new byte[32]);
  }

  private static String sha256(String content) throws Exception {
    return delivery(content.getBytes(StandardCharsets.UTF_8)).sha256();
  }

  private String mode() throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(target));
  }
}
