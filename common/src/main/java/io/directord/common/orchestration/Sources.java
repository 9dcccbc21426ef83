package io.directord.common.orchestration;

import io.directord.common.component.PlanContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.SourceFile;
import io.directord.common.config.Home;
import io.directord.common.fetch.ByteSize;
import io.directord.common.storage.IoErrors;
import io.directord.common.tree.Excludes;
import io.directord.common.tree.FingerprintStore;
import io.directord.common.tree.LocalTree;
import io.directord.common.tree.SourceTree;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/** The files that the jobs of one plan deliver; each is read once. */
final class Sources {
  private static final int BUFFER_BYTES = 64 << 10;

  /** Maximum number of undelivered paths in a message. */
  private static final int MAX_NAMED = 5;

  /** What Java decodes invalid bytes of a name to. */
  private static final String REPLACED = "\ufffd";

  /** Maximum number of undelivered paths of a directory that a job lists. */
  private static final int MAX_UNDELIVERED = 100;

  private final Map<Path, SourceFile> known = new HashMap<>();
  private final List<LocalTree> trees = new ArrayList<>();
  private final Secrets secrets = new Secrets();
  private final FingerprintStore fingerprints;
  private final long maxBytes;
  private long bytes;

  /**
   * @param fingerprints of files of directories
   */
  Sources(FingerprintStore fingerprints) {
    this(fingerprints, Long.MAX_VALUE);
  }

  /**
   * Likewise, within a limit.
   *
   * @param maxBytes of all files together
   */
  Sources(FingerprintStore fingerprints, long maxBytes) {
    this.fingerprints = fingerprints;
    this.maxBytes = maxBytes;
  }

  /**
   * The context of planning halves: relative paths are looked up in these directories, in this
   * order.
   *
   * @param notes receives a sentence about paths that a pattern matches and that are not delivered
   */
  PlanContext in(List<Path> directories, Consumer<String> notes) {
    return new PlanContext() {
      @Override
      public Matches files(String source) throws PlanException {
        return Sources.this.files(source, directories, notes);
      }

      @Override
      public Directory directory(String source, List<String> exclude) throws PlanException {
        return Sources.this.directory(source, directories, exclude, notes);
      }

      @Override
      public SourceFile secret(SecretSource from, String name) throws PlanException {
        return switch (from) {
          case STANDARD_INPUT -> secrets.ofStandardInput();
          case VARIABLE -> secrets.ofVariable(name);
          case FILE -> secrets.ofFile(secretFile(name, directories));
        };
      }
    };
  }

  /**
   * A secret in a file that only its owner may read.
   *
   * @throws PlanException if it cannot be read, or others may read it
   */
  SourceFile privateSecret(String source, List<Path> directories) throws PlanException {
    return secrets.ofPrivateFile(secretFile(source, directories));
  }

  /** The secrets of the plan. */
  Secrets secrets() {
    return secrets;
  }

  /** The directories that were read. */
  List<LocalTree> trees() {
    return trees;
  }

  private PlanContext.Directory directory(
      String source, List<Path> directories, List<String> exclude, Consumer<String> notes)
      throws PlanException {
    try {
      Path root = root(source, directories);
      TreeReader reader =
          new TreeReader(root, new Excludes(exclude), fingerprints, maxBytes - bytes);
      LocalTree tree = reader.read();
      bytes += reader.bytes();
      trees.add(tree);
      if (!reader.others().isEmpty()) {
        notes.accept(
            source + " leaves out what is not a file: " + named(reader.others(), root::relativize));
      }
      return new PlanContext.Directory(
          new SourceTree(
              root.toString(),
              tree.sha256(),
              tree.manifest().length,
              reader.files(),
              reader.bytes(),
              null),
          reader.isEmpty(),
          reader.others().stream().limit(MAX_UNDELIVERED).map(Path::toString).toList());
    } catch (InvalidPathException e) {
      throw new PlanException(source + " is not a path: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new PlanException(source + " cannot be read: " + IoErrors.sayWhere(e), e);
    }
  }

  private static Path root(String source, List<Path> directories)
      throws PlanException, IOException {
    if (source.isEmpty()) {
      throw new PlanException("a directory is needed, not an empty text");
    }
    for (Path directory : directories) {
      Path found = directory.resolve(inHome(source));
      if (Files.isDirectory(found)) {
        return normal(found.toAbsolutePath());
      }
      if (Files.exists(found)) {
        throw new PlanException(source + " is not a directory: take --recursive away");
      }
    }
    throw new PlanException(
        "there is no directory "
            + source
            + place(source, directories)
            + new ContainerView().hint());
  }

  private static String inHome(String source) {
    return source.startsWith("~/") ? Home.of(System.getenv()) + source.substring(1) : source;
  }

  private PlanContext.Matches files(String source, List<Path> directories, Consumer<String> notes)
      throws PlanException {
    try {
      Found found = find(source, directories, Files::isRegularFile);
      noteLeftOut(source, found.others(), notes);
      List<String> left = found.others().stream().map(Path::toString).toList();
      return new PlanContext.Matches(fingerprints(found.files()), left);
    } catch (IOException | InvalidPathException | PatternSyntaxException e) {
      throw unusable(source, e);
    }
  }

  /** It is read once, so it may be a FIFO, as a shell makes of {@code <(command)}. */
  private static Path secretFile(String source, List<Path> directories) throws PlanException {
    try {
      List<Path> files = find(source, directories, path -> true).files();
      if (files.size() != 1) {
        throw new PlanException(source + " matches " + files.size() + " files, not one");
      }
      return files.get(0);
    } catch (IOException | InvalidPathException | PatternSyntaxException e) {
      throw unusable(source, e);
    }
  }

  /**
   * What a source stands for.
   *
   * @param others matches that are not wanted
   */
  private record Found(List<Path> files, List<Path> others) {}

  /** In the first directory in which it stands for anything that is wanted. */
  private static Found find(String source, List<Path> directories, Predicate<Path> wanted)
      throws PlanException, IOException {
    if (source.isEmpty()) {
      throw new PlanException("a file is needed, not an empty text");
    }
    String pattern = inHome(source);
    List<Path> others = List.of();
    for (Path directory : directories) {
      Map<Boolean, List<Path>> found =
          Glob.find(directory, pattern).stream().collect(Collectors.partitioningBy(wanted));
      if (!found.get(true).isEmpty()) {
        return new Found(found.get(true), found.get(false));
      }
      others = others.isEmpty() ? found.get(false) : others;
    }
    throw new PlanException(
        others.isEmpty() ? missing(source, directories) : notFiles(source, pattern, others));
  }

  private static PlanException unusable(String source, Exception why) {
    if (why instanceof AccessDeniedException denied) {
      return new PlanException(source + ": you may not read " + denied.getFile(), why);
    }
    return why instanceof IOException io
        ? new PlanException(source + " cannot be read: " + IoErrors.sayWhere(io), why)
        : new PlanException(source + " is not a path: " + why.getMessage(), why);
  }

  private static void noteLeftOut(String source, List<Path> others, Consumer<String> notes) {
    if (!others.isEmpty()) {
      UnaryOperator<Path> shown = path -> asWritten(source, path);
      notes.accept(source + " leaves out what is not a file: " + named(others, shown));
      others.stream()
          .filter(Files::isDirectory)
          .findFirst()
          .ifPresent(
              directory ->
                  notes.accept(
                      "name the files in a directory too, such as "
                          + shown.apply(directory)
                          + "/*"));
    }
  }

  /** A match of a source with as many names as the author wrote. */
  private static Path asWritten(String source, Path match) {
    Path written = Path.of(source);
    int names = match.getNameCount();
    int last = written.normalize().getNameCount();
    return written.isAbsolute() || source.contains("..") || last > names
        ? match
        : match.subpath(names - last, names);
  }

  private static String notFiles(String source, String pattern, List<Path> others) {
    if (others.size() > 1 || !others.get(0).endsWith(Path.of(pattern).getFileName())) {
      return source + " matches no file, but " + named(others);
    }
    return Files.isDirectory(others.get(0))
        ? source
            + " is a directory; name the files in it, such as "
            + source.replaceFirst("/+(\\./*)*$", "")
            + "/*, or deliver all of it with --recursive"
        : source + " is " + kind(others.get(0)) + "; have its content written to a file first";
  }

  private static String named(List<Path> paths) {
    return named(paths, UnaryOperator.identity());
  }

  private static String named(List<Path> paths, UnaryOperator<Path> shown) {
    String text =
        paths.stream()
            .limit(MAX_NAMED)
            .map(path -> shown.apply(path) + " (" + kind(path) + ")")
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

  /** Of a file or directory with which there is too much. */
  static PlanException tooLarge(Path source, long maxBytes) {
    return new PlanException(
        source
            + " is too large: all that is delivered here has at most "
            + ByteSize.text(maxBytes)
            + " together");
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

  private SourceFile fingerprint(Path file) throws PlanException, IOException {
    bytes += Files.size(file);
    if (bytes > maxBytes) {
      throw tooLarge(file, maxBytes);
    }
    FileDigest read = FileDigest.of(file, BUFFER_BYTES);
    return new SourceFile(file.toString(), read.sha256(), read.size(), null);
  }
}
