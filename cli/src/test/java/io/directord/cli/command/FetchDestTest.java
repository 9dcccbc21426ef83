package io.directord.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.console.Failure;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchDestTest {
  private static final UUID JOB = UUID.fromString("00000000-0000-4000-8000-000000000001");

  @TempDir Path directory;

  @Test
  void eachNodeGetsADirectoryOfItsName() throws Exception {
    assertEquals(Path.of("got/web-1"), new FetchDest("got/").of(JOB, "web-1"));
    assertEquals(Path.of("/got/web-1"), new FetchDest("/got").of(JOB, "web-1"));
    assertEquals(Path.of("etc-web-1"), new FetchDest("etc-{node}/").of(JOB, "web-1"));
    assertEquals(Path.of("/a/web-1/" + JOB), new FetchDest("/a/{node}/{job}").of(JOB, "web-1"));
    for (String node : List.of(".", "..", "a/b", "a\0b")) {
      FetchDest dest = new FetchDest("got");
      assertThrows(FileSystemException.class, () -> dest.of(JOB, node), node);
    }
    for (String text : List.of("{nodes}", "h-{{ node }}", "h-{{node}}")) {
      assertThrows(Failure.class, () -> new FetchDest(text), text);
    }
  }

  @Test
  void theDayIsThatOfTheBeginningAndIsWrittenAsIsoHasIt() throws Exception {
    LocalDate before = LocalDate.now();
    FetchDest dest = new FetchDest("backup/{date}/{node}-{date}");
    LocalDate after = LocalDate.now();
    String day = dest.of(JOB).replaceAll("^backup/|/.*", "");
    assertTrue(List.of(before.toString(), after.toString()).contains(day), day);
    assertTrue(day.matches("\\d{4}-\\d{2}-\\d{2}"), day);
    assertEquals(Path.of("backup", day, "web-1-" + day), dest.of(JOB, "web-1"));
    String shown = "backup/" + day + "/" + JOB;
    FetchDest perJob = new FetchDest("backup/" + day + "/{job}");
    assertEquals(shown, perJob.of(JOB));
    assertEquals(Path.of(shown, "web-1"), perJob.of(JOB, "web-1"));
  }

  @Test
  void aNodeWhoseNameLooksLikeAPlaceholderGetsThatName() throws Exception {
    assertEquals(Path.of("got/{job}"), new FetchDest("got").of(JOB, "{job}"));
    assertEquals(Path.of("a-{node}/" + JOB), new FetchDest("a-{node}/{job}").of(JOB, "{node}"));
  }

  @Test
  void aLinkInThePlaceOfANodesDirectoryIsNotFollowed() throws Exception {
    Path outside = Files.createDirectory(directory.resolve("outside"));
    Path dest = Files.createSymbolicLink(directory.resolve("dest"), outside);
    Path link = Files.createSymbolicLink(dest.resolve("web-1"), directory);
    assertEquals(dest.resolve("web-2"), new FetchDest(dest.toString()).of(JOB, "web-2"));
    for (String text : List.of("dest", "dest/{node}", "dest/{node}/there", "dest/web-{node}")) {
      String node = text.contains("web-") ? "1" : "web-1";
      FetchDest given = new FetchDest(directory.resolve(text).toString());
      FileSystemException e =
          assertThrows(FileSystemException.class, () -> given.of(JOB, node), text);
      assertEquals(link.toString(), e.getFile());
      assertTrue(e.getReason().startsWith("this is a link"), e.getReason());
    }
  }
}
