package io.directord.common.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Patterns leave out what those of git and rsync leave out, as far as the two agree with each
 * other.
 */
class ExcludesReferenceTest {
  private static final List<String> FILES =
      List.of(
          "a.tmp",
          "a.tmp.txt",
          ".hidden.tmp",
          "cache/one",
          "cache/deep/two",
          "sub/cache/three",
          "sub/file/cache",
          "sub/cache.txt",
          "docs/a.pdf",
          "docs/b.txt",
          "docs/in/c.pdf",
          "docs/in/deep/d.pdf",
          "sub/docs/e.pdf",
          "log1",
          "log2",
          "logx",
          "a b");

  @TempDir Path directory;
  private Path source;

  @BeforeEach
  void write() throws IOException {
    source = directory.resolve("source");
    for (String file : FILES) {
      Path path = source.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, file);
    }
  }

  /** Patterns that mean the same to git and to rsync. */
  private static Stream<String> common() {
    return Stream.of(
        "*.tmp",
        "cache/",
        "cache",
        "/cache",
        "/cache/",
        "log[0-9]",
        "log[!0-9]",
        "log?",
        "a b",
        ".*",
        "/docs/*.pdf",
        "/docs/in",
        "*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/*.pdf", "docs/**/*.pdf", "sub/cache", "**/in"})
  @MethodSource("common")
  void leavesOutWhatGitDoes(String pattern) throws Exception {
    assumeTrue(run("git", "--version") == 0, "needs git");
    Path repository = Files.createDirectory(directory.resolve("repository"));
    assertEquals(0, run("git", "init", "-q", repository.toString()));
    Path patterns = Files.writeString(directory.resolve("patterns"), pattern + "\n");
    assertEquals(
        0,
        run(
            "git",
            "--git-dir=" + repository.resolve(".git"),
            "--work-tree=" + source,
            "ls-files",
            "-z",
            "--others",
            "--exclude-from=" + patterns));
    Set<String> kept = new TreeSet<>(List.of(output().split("\0")));
    kept.remove("");
    assertEquals(kept, kept(pattern));
  }

  /** Of a path that does not begin with a slash, rsync takes any end of a path. */
  @ParameterizedTest
  @ValueSource(strings = "/sub/cache")
  @MethodSource("common")
  void leavesOutWhatRsyncDoes(String pattern) throws Exception {
    assumeTrue(run("rsync", "--version") == 0, "needs rsync");
    Path copy = directory.resolve("copy");
    assertEquals(0, run("rsync", "-a", "--exclude=" + pattern, source + "/", copy.toString()));
    assertEquals(files(copy), kept(pattern));
  }

  private Set<String> kept(String pattern) throws IOException {
    Set<String> kept = new TreeSet<>();
    keep(source, "", new Excludes(List.of(pattern)), kept);
    return kept;
  }

  private static void keep(Path at, String path, Excludes excludes, Set<String> kept)
      throws IOException {
    try (Stream<Path> all = Files.list(at)) {
      for (Path child : all.toList()) {
        String name = path + child.getFileName();
        boolean isDirectory = Files.isDirectory(child);
        if (excludes.match(name, isDirectory)) {
          continue;
        }
        if (isDirectory) {
          keep(child, name + "/", excludes, kept);
        } else {
          kept.add(name);
        }
      }
    }
  }

  private static Set<String> files(Path root) throws IOException {
    Set<String> files = new TreeSet<>();
    try (Stream<Path> all = Files.walk(root)) {
      all.filter(Files::isRegularFile).forEach(file -> files.add(root.relativize(file).toString()));
    }
    return files;
  }

  private int run(String... words) throws Exception {
    return new ProcessBuilder(words)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("output").toFile())
        .start()
        .waitFor();
  }

  private String output() throws IOException {
    return Files.readString(directory.resolve("output"));
  }
}
