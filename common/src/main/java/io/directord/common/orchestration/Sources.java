package io.directord.common.orchestration;

import io.directord.common.component.PlanContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.SourceFile;
import io.directord.common.config.Home;
import io.directord.common.security.Digests;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/** The files that the jobs of one plan deliver; each is read once. */
final class Sources {
  private static final int BUFFER_BYTES = 64 << 10;

  /** Maximum number of undelivered paths in a message. */
  private static final int MAX_NAMED = 5;

  /** What Java decodes invalid bytes of a name to. */
  private static final String REPLACED = "\ufffd";

  private final Map<Path, SourceFile> known = new HashMap<>();

  /**
   * The context of planning halves: relative paths are looked up in these directories, in this
   * order.
   *
   * @param notes receives a sentence about paths that a pattern matches and that are not delivered
   */
  PlanContext in(List<Path> directories, Consumer<String> notes) {
    return source -> files(source, directories, notes);
  }

  private PlanContext.Matches files(String source, List<Path> directories, Consumer<String> notes)
      throws PlanException {
    if (source.isEmpty()) {
      throw new PlanException("a file is needed, not an empty text");
    }
    String pattern =
        source.startsWith("~/") ? Home.of(System.getenv()) + source.substring(1) : source;
    try {
      List<Path> others = List.of();
      for (Path directory : directories) {
        Map<Boolean, List<Path>> found =
            Glob.find(directory, pattern).stream()
                .collect(Collectors.partitioningBy(Files::isRegularFile));
        if (!found.get(true).isEmpty()) {
          noteLeftOut(source, found.get(false), notes);
          List<String> left = found.get(false).stream().map(Path::toString).toList();
          return new PlanContext.Matches(fingerprints(found.get(true)), left);
        }
        others = others.isEmpty() ? found.get(false) : others;
      }
      throw new PlanException(
          others.isEmpty() ? missing(source, directories) : notFiles(source, pattern, others));
    } catch (AccessDeniedException e) {
      throw new PlanException(source + ": you may not read " + e.getFile(), e);
    } catch (InvalidPathException | PatternSyntaxException e) {
      throw new PlanException(source + " is not a path: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new PlanException(source + " cannot be read: " + IoErrors.sayWhere(e), e);
    }
  }

  private static void noteLeftOut(String source, List<Path> others, Consumer<String> notes) {
    if (!others.isEmpty()) {
      notes.accept(
          source
              + " leaves out what is not a file: "
              + named(others)
              + (others.stream().anyMatch(Files::isDirectory)
                  ? "; name the files in a directory too, such as " + inside(others)
                  : ""));
    }
  }

  private static String inside(List<Path> others) {
    Path directory = others.stream().filter(Files::isDirectory).findFirst().orElseThrow();
    return directory + "/*";
  }

  private static String notFiles(String source, String pattern, List<Path> others) {
    if (others.size() > 1 || !others.get(0).endsWith(Path.of(pattern).getFileName())) {
      return source + " matches no file, but " + named(others);
    }
    return Files.isDirectory(others.get(0))
        ? source
            + " is a directory; name the files in it, such as "
            + source.replaceFirst("/+(\\./*)*$", "")
            + "/*"
        : source + " is " + kind(others.get(0)) + "; have its content written to a file first";
  }

  private static String named(List<Path> paths) {
    String text =
        paths.stream()
            .limit(MAX_NAMED)
            .map(path -> path + " (" + kind(path) + ")")
            .collect(Collectors.joining(", "));
    int more = paths.size() - MAX_NAMED;
    return more > 0 ? text + " and " + more + " more" : text;
  }

  private static String kind(Path path) {
    if (Files.isDirectory(path)) {
      return "a directory";
    }
    return Files.exists(path) ? "a device, FIFO or socket" : "a dangling link";
  }

  private static String missing(String source, List<Path> directories) {
    return "there is no file "
        + source
        + place(source, directories)
        + (source.contains(REPLACED) ? ": its name is not UTF-8, so rename it" : "")
        + new ContainerView().hint();
  }

  private static String place(String source, List<Path> directories) {
    if (source.startsWith("~/")) {
      return " in your home directory";
    }
    return source.startsWith("/")
        ? ""
        : " in " + directories.stream().map(Path::toString).collect(Collectors.joining(" nor in "));
  }

  private List<SourceFile> fingerprints(List<Path> paths) throws PlanException, IOException {
    List<SourceFile> files = new ArrayList<>();
    for (Path path : paths) {
      Path absolute = normal(path.toAbsolutePath());
      if (!Path.of(absolute.toString()).equals(absolute)) {
        throw new PlanException("the name of " + absolute + " is not UTF-8: rename it");
      }
      SourceFile file = known.get(absolute);
      if (file == null) {
        file = fingerprint(absolute);
        known.put(absolute, file);
      }
      files.add(file);
    }
    return files;
  }

  /**
   * The path without {@code .} and {@code ..}, unless that changes its meaning because of links.
   */
  private static Path normal(Path absolute) throws IOException {
    Path normal = absolute.normalize();
    boolean same =
        normal.equals(absolute) || (Files.exists(normal) && Files.isSameFile(normal, absolute));
    return same ? normal : absolute;
  }

  private static SourceFile fingerprint(Path file) throws IOException {
    MessageDigest digest = Digests.sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    long size = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        size += n;
      }
    }
    String sha256 = Digests.hex(digest);
    return new SourceFile(file.toString(), sha256, size, null);
  }
}
