package io.directord.common.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.PlanContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.SourceFile;
import io.directord.common.tree.FingerprintStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourcesTest {
  private final List<String> notes = new ArrayList<>();

  @TempDir Path root;
  private Path working;
  private Path beside;

  @BeforeEach
  void directories() throws Exception {
    working = Files.createDirectories(root.resolve("work"));
    beside = Files.createDirectories(root.resolve("beside"));
  }

  @Test
  void aFileIsNamedWithItsFingerprintAndSize() throws Exception {
    Path file = Files.writeString(working.resolve("f"), "hello\n");
    assertEquals(
        List.of(
            new SourceFile(
                file.toString(),
                "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
                6,
                null)),
        files(file.toString()));
  }

  @Test
  void theWorkingDirectoryComesBeforeTheOrchestrationsDirectory() throws Exception {
    Files.writeString(beside.resolve("f"), "beside");
    assertEquals(List.of(beside.resolve("f").toString()), paths("f"));
    Files.writeString(working.resolve("f"), "working");
    assertEquals(List.of(working.resolve("f").toString()), paths("f"));
    assertEquals(List.of(beside.resolve("f").toString()), paths("../beside/./f"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "* | a.conf b.conf sp ace.conf",
        "*.conf | a.conf b.conf sp ace.conf",
        "?.conf | a.conf b.conf",
        "[a-c].conf | a.conf b.conf",
        "[!a].conf | b.conf",
        "s* | sp ace.conf",
        ".* | .hidden",
        "*/* | sub/deep sub/x.txt",
        "s?b/[dx]* | sub/deep sub/x.txt",
        "sub/*.txt | sub/x.txt",
        "**/x.txt | sub/x.txt",
      })
  void aGlobNamesRegularFilesInOrder(String glob, String names) throws Exception {
    Files.createDirectories(working.resolve("sub/directory"));
    for (String name :
        List.of("b.conf", "a.conf", "sp ace.conf", ".hidden", "sub/x.txt", "sub/deep")) {
      Files.writeString(working.resolve(name), name);
    }
    String found = String.join(" ", paths(glob).stream().map(p -> relative(p)).toList());
    assertEquals(names, found);
  }

  @Test
  void aNameWithSpecialCharactersIsTakenAsItIs() throws Exception {
    Path file = Files.writeString(working.resolve("a[1]*\né"), "x");
    assertEquals(List.of(file.toString()), paths("a[1]*\né"));
    assertEquals(List.of(file.toString()), paths("a?1*"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "* | * [bc] b",
        "[bc] | b",
        "[[]bc] | [bc]",
        "[*] | *",
        "[z-a] | [z-a]",
      })
  void aPatternIsExpandedAlsoWhereAFileHasItsName(String glob, String names) throws Exception {
    for (String name : List.of("*", "b", "[bc]")) {
      Files.writeString(working.resolve(name), name);
    }
    if (names.equals(glob)) {
      Files.writeString(working.resolve(names), names);
    }
    String found = String.join(" ", paths(glob).stream().map(p -> relative(p)).toList());
    assertEquals(names, found);
  }

  @Test
  void aLinkIsFollowedAndKeepsItsName() throws Exception {
    Files.writeString(beside.resolve("target"), "x");
    Path link = Files.createSymbolicLink(working.resolve("link"), beside.resolve("target"));
    assertEquals(List.of(link.toString()), paths("link"));
  }

  @Test
  void theHomeDirectoryIsKnown() {
    PlanException e = assertThrows(PlanException.class, () -> files("~/no/such/file"));
    assertEquals("there is no file ~/no/such/file in your home directory", e.getMessage());
  }

  @Test
  void aMissingFileNamesTheDirectoriesLookedIn() {
    PlanException e = assertThrows(PlanException.class, () -> files("none*"));
    assertEquals("there is no file none* in " + working + " nor in " + beside, e.getMessage());
    e = assertThrows(PlanException.class, () -> files("/no/such/file"));
    assertEquals("there is no file /no/such/file", e.getMessage());
  }

  @Test
  void aDirectoryIsNotAFile() throws Exception {
    PlanException e = assertThrows(PlanException.class, () -> files(working.toString()));
    assertTrue(
        e.getMessage()
            .contains("is a directory; name the files in it, such as " + working + "/*, or"));
  }

  @Test
  void whatIsAdvisedForADirectoryIsWrittenAsPeopleWouldWriteIt() throws Exception {
    Files.createDirectories(working.resolve("tree"));
    for (String source : List.of("tree", "tree/", "tree//", "tree/.", "tree/./")) {
      PlanException e = assertThrows(PlanException.class, () -> files(source));
      assertTrue(e.getMessage().contains("such as tree/*, or"), e::getMessage);
    }
  }

  @Test
  void whatAPatternLeavesOutIsNoted() throws Exception {
    Files.createDirectories(working.resolve("tree/sub"));
    Files.writeString(working.resolve("tree/a"), "a");
    Files.createSymbolicLink(working.resolve("tree/gone"), Path.of("nowhere"));
    assertEquals(List.of(working + "/tree/a"), paths("tree/*"));
    assertEquals(
        List.of(
            "tree/* leaves out what is not a file: tree/gone (a dangling link), tree/sub (a"
                + " directory)",
            "name the files in a directory too, such as tree/sub/*"),
        notes);
  }

  @Test
  void aPatternThatMatchesNoFileSaysWhatItMatches() throws Exception {
    for (int i = 0; i < 7; i++) {
      Files.createDirectories(working.resolve("tree/sub" + i));
    }
    PlanException e = assertThrows(PlanException.class, () -> files("tree/*"));
    assertTrue(e.getMessage().startsWith("tree/* matches no file, but "), e.getMessage());
    assertTrue(e.getMessage().endsWith("tree/sub4 (a directory) and 2 more"), e.getMessage());
  }

  @Test
  void whatIsNotARegularFileIsSaid() throws Exception {
    Path fifo = working.resolve("fifo");
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    for (String source : List.of("fifo", fifo.toString(), "/dev/null")) {
      PlanException e = assertThrows(PlanException.class, () -> files(source));
      assertEquals(
          source + " is a device, FIFO or socket; have its content written to a file first",
          e.getMessage());
    }
  }

  @Test
  void aNameThatIsNotUtf8IsSaid() throws Exception {
    String make = "printf x > \"$(printf 'gr\\374n.txt')\"";
    ProcessBuilder shell = new ProcessBuilder("sh", "-c", make).directory(working.toFile());
    assertEquals(0, shell.start().waitFor());
    PlanException e = assertThrows(PlanException.class, () -> files("*.txt"));
    assertEquals(
        "the name of " + working + "/gr\ufffdn.txt is not UTF-8: rename it", e.getMessage());
    e = assertThrows(PlanException.class, () -> files("gr\ufffdn.txt"));
    assertTrue(e.getMessage().endsWith(": its name is not UTF-8, so rename it"), e.getMessage());
  }

  @Test
  void whatIsNotAPathIsAnError() {
    assertThrows(PlanException.class, () -> files("a\0b"));
    assertThrows(PlanException.class, () -> files("[z-a]*"));
    assertThrows(PlanException.class, () -> files(""));
  }

  @Test
  void everyFileIsReadOnce() throws Exception {
    Path file = Files.writeString(working.resolve("f"), "one");
    Sources sources = new Sources(FingerprintStore.NONE);
    PlanContext.Matches first = sources.in(List.of(working), notes::add).files("f");
    Files.writeString(file, "two");
    assertEquals(first, sources.in(List.of(beside), notes::add).files(file.toString()));
  }

  private String relative(String path) {
    return working.relativize(Path.of(path)).toString();
  }

  private List<String> paths(String source) throws PlanException {
    return files(source).stream().map(SourceFile::path).toList();
  }

  private List<SourceFile> files(String source) throws PlanException {
    return new Sources(FingerprintStore.NONE)
        .in(List.of(working, beside), notes::add)
        .files(source)
        .files();
  }
}
