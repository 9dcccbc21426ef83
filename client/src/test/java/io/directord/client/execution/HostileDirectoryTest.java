package io.directord.client.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.common.component.JobException;
import io.directord.common.component.ReadableNode.Ownership;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files placed by root where another user may put and swap names. Needs root and setpriv, to be two
 * users at once.
 */
@Timeout(300)
class HostileDirectoryTest {
  private static final int OTHER_ID = 65534;
  private static final Ownership TO_OTHER = new Ownership("" + OTHER_ID, "" + OTHER_ID, null);

  @TempDir Path base;
  private PlacerFixture placer;
  private Path victim;
  private Path theirs;
  private Path shared;

  @BeforeEach
  void twoUsers() throws Exception {
    assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)
            && Files.isExecutable(Path.of("/usr/bin/setpriv")),
        "needs root and setpriv");
    Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
    victim = Files.writeString(base.resolve("victim"), "root's own");
    Files.setPosixFilePermissions(victim, PosixFilePermissions.fromString("rw-------"));
    theirs = Files.createDirectory(base.resolve("theirs"));
    Files.setAttribute(theirs, "unix:uid", OTHER_ID);
    Files.setAttribute(theirs, "unix:gid", OTHER_ID);
    shared = Files.createDirectory(base.resolve("shared"));
    Files.setAttribute(shared, "unix:mode", 01777);
    placer = new PlacerFixture(base);
  }

  @AfterEach
  void close() throws IOException {
    if (placer != null) {
      placer.close();
    }
  }

  @Test
  void whatIsBeingGatheredCannotBeSwappedForALink() throws Exception {
    placer.meanwhile =
        () -> asOther(theirs, "for f in .??*; do mv \"$f\" gone && ln -s ../victim \"$f\"; done");
    placeOrFail(theirs.resolve("file"), TO_OTHER);
    assertVictimIsUntouched();
  }

  @Test
  void whatIsBeingGatheredCannotBeSwappedForAHardLink() throws Exception {
    Path victimBeside = Files.createLink(theirs.resolve("linked"), victim);
    placer.meanwhile =
        () -> {
          for (Path entry : hidden(theirs)) {
            // What fs.protected_hardlinks = 0 lets them do.
            asOther(theirs, "mv " + entry.getFileName() + " gone");
            Files.createLink(entry, victimBeside);
          }
        };
    placeOrFail(theirs.resolve("file"), new Ownership("" + OTHER_ID, null, 04755));
    assertVictimIsUntouched();
  }

  @Test
  void whatWasChangedMeanwhileIsSaidByTheNameThatTheJobGives() throws Exception {
    placer.meanwhile =
        () -> asOther(theirs, "for f in .??*; do mv \"$f\" gone && mkdir -p \"$f/a\"; done");
    Path file = theirs.resolve("file");
    JobException e =
        assertThrows(JobException.class, () -> placer.place("content", file, Ownership.DEFAULT));
    assertEquals(
        file
            + ", or a directory on the way to it, was changed by another process while it was being"
            + " placed: run the job again",
        e.getMessage());
  }

  @Test
  void aPrivateFileIsNeverOpenToTheOwnerOfItsDirectoryBeforeItIsPlaced() throws Exception {
    placer.meanwhile = () -> assertEquals("", asOther(theirs, "find . -type f 2>/dev/null"));
    placer.place("secret", theirs.resolve("file"), new Ownership(null, null, 0600));
    assertEquals("secret", Files.readString(theirs.resolve("file")));
    assertEquals(0, Files.getAttribute(theirs.resolve("file"), "unix:uid"));
  }

  @Test
  void aLinkOfAnotherUserInAStickyDirectoryIsRefused() throws Exception {
    asOther(shared, "ln -s ../victim x; ln -s .. up");
    assertRefused(shared.resolve("x"), "is a link that belongs to");
    assertRefused(shared.resolve("up/victim"), "is a link that belongs to");
    Path ours = Files.createSymbolicLink(base.resolve("ours"), Path.of("shared/x"));
    assertRefused(ours, "is a link that belongs to");
    assertVictimIsUntouched();
  }

  @Test
  void aLinkOfOursInAStickyDirectoryIsFollowed() throws Exception {
    Files.createSymbolicLink(shared.resolve("x"), Path.of("../victim"));
    placer.place("new", shared.resolve("x"), Ownership.DEFAULT);
    assertEquals("new", Files.readString(victim));
  }

  @Test
  void aFileOfAnotherUserInAStickyDirectoryIsRefused() throws Exception {
    asOther(shared, "echo mine > file; chmod 666 file; mkfifo fifo");
    assertRefused(shared.resolve("file"), "belongs to");
    assertRefused(shared.resolve("fifo"), "exists and is not a file");
    assertEquals("mine\n", Files.readString(shared.resolve("file")));
  }

  @Test
  void aDirectoryOfAnotherUserInAStickyDirectoryIsRefused() throws Exception {
    asOther(shared, "mkdir taken");
    Path taken = shared.resolve("taken");
    JobException refused =
        assertThrows(JobException.class, () -> placer.makeDirectory(taken, Ownership.DEFAULT));
    assertTrue(
        refused.getMessage().startsWith(taken + " belongs to ")
            && refused.getMessage().contains("where everyone may put directories"),
        refused.getMessage());
    assertEquals(OTHER_ID, Files.getAttribute(taken, "unix:uid"));
    placer.makeDirectory(shared.resolve("ours"), Ownership.DEFAULT);
    placer.makeDirectory(shared.resolve("ours"), Ownership.DEFAULT);
  }

  @Test
  void whatWasGivenToAnotherUserInAStickyDirectoryIsAsItShouldBe() throws Exception {
    for (int i = 0; i < 2; i++) {
      placer.makeDirectory(shared.resolve("given"), TO_OTHER);
      placer.place("content " + i, shared.resolve("file"), TO_OTHER);
    }
    assertEquals("content 1", Files.readString(shared.resolve("file")));
    assertRefused(shared.resolve("file"), "belongs to");
  }

  @Test
  void aLinkLeadsOnlyToWhatItsOwnerOwns() throws Exception {
    asOther(theirs, "ln -s ../victim x; ln -s .. up; echo old > own; ln -s own good");
    assertRefused(theirs.resolve("x"), "is a link that belongs to");
    assertRefused(theirs.resolve("up/victim"), "is a link that belongs to");
    assertVictimIsUntouched();
    placer.place("new", theirs.resolve("good"), Ownership.DEFAULT);
    assertEquals("new", Files.readString(theirs.resolve("own")));
    assertTrue(Files.isSymbolicLink(theirs.resolve("good")));
  }

  @Test
  void contentThatIsThereAsAHardLinkIsReplacedAndNotGivenAway() throws Exception {
    Path linked = Files.createLink(theirs.resolve("linked"), victim);
    placer.place("root's own", linked, new Ownership("" + OTHER_ID, null, 0666));
    assertVictimIsUntouched();
    assertEquals("root's own", Files.readString(linked));
    assertEquals(OTHER_ID, Files.getAttribute(linked, "unix:uid"));
  }

  @Test
  void aDirectoryIsNotGivenAwayThroughALink() throws Exception {
    Path secret = Files.createDirectory(base.resolve("secret"));
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rwx------"));
    asOther(theirs, "ln -s ../secret work");
    JobException refused =
        assertThrows(
            JobException.class, () -> placer.makeDirectory(theirs.resolve("work"), TO_OTHER));
    assertTrue(refused.getMessage().contains("is a link that belongs to"), refused.getMessage());
    assertThrows(
        JobException.class, () -> placer.makeDirectory(theirs.resolve("work/sub"), TO_OTHER));
    assertEquals(0, Files.getAttribute(secret, "unix:uid"));
    assertEquals(0, secret.toFile().list().length);
  }

  /** Whether it was placed or refused does not matter here, but not that it hangs or harms. */
  private void placeOrFail(Path destination, Ownership ownership) throws Exception {
    try {
      placer.place("content", destination, ownership);
      assertEquals("content", Files.readString(destination));
    } catch (JobException e) {
      assertTrue(e.getMessage().contains(destination.toString()), e.getMessage());
    }
  }

  private void assertRefused(Path destination, String message) {
    JobException refused =
        assertThrows(
            JobException.class, () -> placer.place("content", destination, Ownership.DEFAULT));
    assertTrue(refused.getMessage().contains(message), refused.getMessage());
  }

  private void assertVictimIsUntouched() throws IOException {
    assertEquals("root's own", Files.readString(victim));
    assertEquals(0, Files.getAttribute(victim, "unix:uid"));
    assertEquals(0600, (Integer) Files.getAttribute(victim, "unix:mode") & 07777);
    assertFalse(Files.isSymbolicLink(victim));
  }

  private static List<Path> hidden(Path directory) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries.filter(entry -> entry.getFileName().toString().startsWith(".")).toList();
    }
  }

  private static String asOther(Path directory, String command) throws Exception {
    Process process = other(directory, command);
    String said = new String(process.getInputStream().readAllBytes());
    assertTrue(process.waitFor(240, TimeUnit.SECONDS), command);
    return said;
  }

  private static Process other(Path directory, String command) throws IOException {
    assertTrue(Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS));
    return new ProcessBuilder(
            "setpriv",
            "--reuid=" + OTHER_ID,
            "--regid=" + OTHER_ID,
            "--clear-groups",
            "sh",
            "-c",
            command)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .start();
  }
}
