package io.directord.client.execution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.JobException;
import io.directord.common.fetch.FetchReport;
import io.directord.common.fetch.FetchRequest;
import io.directord.common.fetch.FetchedFile;
import io.directord.common.fetch.FetchedFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files change, vanish and fail while they are read. */
class FileFetchTest {
  private static final long MAX = 64 << 20;

  @TempDir Path directory;

  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final List<String> told = new ArrayList<>();
  private String at;
  private ThrowingRunnable then;

  @FunctionalInterface
  private interface ThrowingRunnable {
    void run() throws Exception;
  }

  @Test
  void aFileThatIsRemovedWhileItIsReadIsBroughtAsItWasWithTheOthers() throws Exception {
    Path huge = Files.write(directory.resolve("huge"), new byte[12 << 20]);
    Path small = Files.writeString(directory.resolve("a.log"), "whole");
    when("huge", () -> Files.deleteIfExists(huge));
    FetchReport report = fetch(MAX, 0, huge, small);
    assertEquals(2, report.files());
    assertEquals(
        List.of(huge + " was removed while it was read, and brought as it was"), report.remarks());
    assertArrayEquals(new byte[12 << 20], Files.readAllBytes(brought(huge)));
    assertEquals("whole", Files.readString(brought(small)));
  }

  @Test
  void whatIsNotAFileAndDirectoriesWithoutFilesAreToldAsLeftOut() throws Exception {
    Path tree = Files.createDirectories(directory.resolve("tree"));
    Files.writeString(tree.resolve("file"), "whole");
    Path empty = Files.createDirectory(tree.resolve("empty"));
    Path link = Files.createSymbolicLink(tree.resolve("link"), tree.resolve("file"));
    FetchReport report = fetch(MAX, 0, tree);
    assertEquals(1, report.files());
    assertEquals(
        List.of(empty + " is left out: an empty directory", link + " is left out: a link"),
        report.remarks());
  }

  /** The server was told how much comes before it was there. */
  @Test
  void whatHasComeSinceItWasAnnouncedHowMuchComesIsToldAsLeftOut() throws Exception {
    Path tree = Files.createDirectories(directory.resolve("tree"));
    Files.writeString(tree.resolve("first"), "whole");
    Path later = Files.createDirectory(tree.resolve("later"));
    Files.writeString(later.resolve("there"), "whole");
    Path fresh = later.resolve("new");
    when("first", () -> Files.write(fresh, new byte[10_000]));
    FetchReport report = fetch(MAX, 0, tree);
    assertEquals(2, report.files());
    assertEquals(0, report.failed());
    assertEquals(
        List.of(fresh + " is left out: it has come, or has grown, meanwhile"), report.remarks());
    assertFalse(Files.exists(brought(fresh)));
    assertEquals("whole", Files.readString(brought(later.resolve("there"))));
  }

  /** As a log does, also one that was empty a moment before. */
  @Test
  void whatHasGrownSinceIsBroughtAsFarAsItWasAnnounced() throws Exception {
    Path first = Files.writeString(directory.resolve("first"), "whole");
    Path grown = Files.writeString(directory.resolve("grown"), "begin");
    Path filled = Files.createFile(directory.resolve("filled"));
    Path last = Files.writeString(directory.resolve("last"), "whole");
    when(
        "first",
        () -> {
          Files.write(grown, new byte[300_000], StandardOpenOption.APPEND);
          Files.write(filled, new byte[300_000]);
        });
    FetchReport report = fetch(MAX, 0, first, grown, filled, last);
    assertEquals(4, report.files());
    assertEquals(
        List.of(
            grown + " grew while it was read: the first 5 bytes were brought",
            filled + " grew while it was read: the first 0 bytes were brought"),
        report.remarks());
    assertEquals("begin", Files.readString(brought(grown)));
    assertEquals("", Files.readString(brought(filled)));
    assertEquals("whole", Files.readString(brought(last)));
  }

  @Test
  void whatIsNamedAndIsNoFileIsAFailureThatSaysWhat() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "whole");
    Path missing = directory.resolve("missing");
    Path deeper = directory.resolve("no/such/directory");
    Path fifo = directory.resolve("fifo");
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    FetchReport report = fetch(MAX, 0, missing, deeper, fifo, file, directory.resolve("x*"));
    assertEquals(
        Set.of(
            missing + ": there is no such file",
            deeper + ": there is no such file",
            fifo + ": this is a FIFO, socket or device, which is not read",
            directory.resolve("x*") + ": no file matches"),
        Set.copyOf(report.failures()));
    assertEquals(1, report.files());
    assertEquals("whole", Files.readString(brought(file)));
  }

  @Test
  void aFileThatBecomesShorterWhileItIsReadIsBroughtAsFarAsItWentWithTheOthers() throws Exception {
    Path huge = Files.write(directory.resolve("huge"), new byte[1 << 20]);
    Path small = Files.writeString(directory.resolve("a.log"), "whole");
    when("huge", () -> Files.write(huge, new byte[3]));
    FetchReport report = fetch(MAX, 0, huge, small);
    assertEquals(2, report.files());
    assertTrue(report.remarks().get(0).contains("3 of 1048576 bytes were left"));
    assertEquals(3, Files.size(brought(huge)));
    assertEquals("whole", Files.readString(brought(small)));
  }

  @Test
  void aFileThatCannotBeReadToItsEndIsNamedAndTheOthersAreBrought() throws Exception {
    Path small = Files.writeString(directory.resolve("a.log"), "whole");
    Process process = new ProcessBuilder("sleep", "60").start();
    Path status = Path.of("/proc/" + process.pid() + "/status");
    when(status.toString().substring(1), () -> process.destroyForcibly().waitFor());
    FetchReport report = fetch(MAX, 0, status, Path.of("/proc/self/mem"), small);
    assertEquals(2, report.failed(), report.failures().toString());
    assertTrue(report.failures().get(0).startsWith(status + ": "), report.failures().get(0));
    assertTrue(report.failures().get(1).contains("/mem: "), report.failures().get(1));
    assertEquals(1, told.size(), told.toString());
    assertTrue(told.get(0).startsWith("unsound " + brought(status)), told.get(0));
    assertFalse(Files.exists(brought(status)));
    assertEquals("whole", Files.readString(brought(small)));
  }

  @Test
  void aFileWhoseSizeTheSystemDoesNotKnowIsBroughtToItsEnd() throws Exception {
    Path version = Path.of("/proc/version");
    Path empty = Files.createFile(directory.resolve("empty"));
    FetchReport report = fetch(MAX, 0, version, empty);
    assertEquals(List.of(), report.remarks());
    assertEquals(Files.readString(version), Files.readString(brought(version)));
    assertEquals(0, Files.size(brought(empty)));
    assertEquals(Files.readAllBytes(version).length, report.bytes());
    sent.reset();
    fetch(MAX, 4, version);
    String whole = Files.readString(version);
    assertEquals(whole.substring(whole.length() - 4), Files.readString(brought(version)));
    FetchRequest request = request(MAX, 0, version);
    assertEquals(whole.length(), FileFetch.foresee(request).bytes());
    JobException tooMuch = assertThrows(JobException.class, () -> fetch(10, 0, version));
    assertTrue(tooMuch.getMessage().contains("/proc/version"), tooMuch.getMessage());
  }

  /** Does something once that text was sent. */
  private void when(String text, ThrowingRunnable what) {
    at = text;
    then = what;
  }

  private Path brought(Path file) {
    return directory.resolve("dest").resolve(Path.of("/").relativize(file));
  }

  private static FetchRequest request(long max, long tail, Path... files) {
    return new FetchRequest(Arrays.stream(files).map(Path::toString).toList(), max, tail);
  }

  private FetchReport fetch(long max, long tail, Path... files) throws Exception {
    FetchReport report = new FileFetch(new Link(), upload -> {}, request(max, tail, files)).send();
    new FetchedFiles(
            directory.resolve("dest"),
            new FetchedFiles.Listener() {
              @Override
              public void placed(FetchedFile file, String note) {
                if (!note.isEmpty()) {
                  told.add("placed " + file.shown() + " " + note);
                }
              }

              @Override
              public void refused(FetchedFile file, String why) {
                told.add("refused " + file.shown() + " " + why);
              }

              @Override
              public void unsound(FetchedFile file, String why) {
                told.add("unsound " + file.shown() + " " + why);
              }

              @Override
              public void damaged(FetchedFile file, String why) {
                told.add("damaged " + file.shown() + " " + why);
              }

              @Override
              public void removed(Path file) {
                told.add("removed " + file);
              }
            })
        .take(new ByteArrayInputStream(sent.toByteArray()));
    return report;
  }

  private final class Link extends TakingLink {
    @Override
    protected void taken(byte[] part, int length, long announced) {
      sent.write(part, 0, length);
      assertTrue(sent.size() <= announced, "more is sent than was announced");
      if (at != null && new String(part, 0, length, StandardCharsets.ISO_8859_1).contains(at)) {
        at = null;
        try {
          then.run();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }
}
