package io.directord.client.files;

import io.directord.common.component.JobException;
import io.directord.common.fetch.FetchReport;
import io.directord.common.storage.IoErrors;
import io.directord.common.tree.Wildcards;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds files to be read for somebody else. A link that is named, or matched by a pattern, is
 * followed as {@link Destination} does; in directories no link is followed, and whatever is not a
 * file is never opened. Not thread-safe.
 */
public final class FetchWalk {
  private static final Path HERE = Path.of(".");

  /** How deep directories may be in each other; each is open while those in it are read. */
  private static final int MAX_DEPTH = 200;

  /** Maximum number of matches of a pattern. */
  private static final int MAX_MATCHES = 10_000;

  private final FetchReport report;
  private final Visitor visitor;

  /** What is named, or matched by a pattern; and what of it was found so far, on any way. */
  private final Set<Path> asked = new LinkedHashSet<>();

  private final Set<Path> reached = new HashSet<>();

  /** Takes the files, in any order. */
  @FunctionalInterface
  public interface Visitor {
    void visit(Found file) throws JobException, IOException, InterruptedException;
  }

  /** A file that was found; valid only during the visit. */
  public static final class Found {
    private final Directory directory;
    private final Path name;
    private final Path path;
    private final FileStat stat;

    private Found(Directory directory, Path name, Path path, FileStat stat) {
      this.directory = directory;
      this.name = name;
      this.path = path;
      this.stat = stat;
    }

    /** Where it was found, for people and for the one who reads it. */
    public Path path() {
      return path;
    }

    public long size() {
      return stat.size();
    }

    /** Permission bits. */
    public int mode() {
      return stat.permissions();
    }

    /** Opens it; what has taken its place meanwhile and is not a file never blocks. */
    public FileChannel open() throws IOException {
      return directory.read(name);
    }

    /** Its size and times now. */
    public BasicFileAttributes attributes() throws IOException {
      return directory.view(name, BasicFileAttributeView.class).readAttributes();
    }
  }

  /**
   * @param report receives what is not brought, and why
   */
  public FetchWalk(FetchReport report, Visitor visitor) {
    this.report = report;
    this.visitor = visitor;
  }

  /** Visits the files of paths and patterns, each once; called once. */
  public void walk(List<String> paths) throws JobException, IOException, InterruptedException {
    for (String path : paths) {
      if (Wildcards.isPattern(path)) {
        match(path);
      } else {
        asked.add(Path.of(path));
      }
    }
    for (Path path : asked) {
      if (!reached.contains(path)) {
        named(path);
      }
    }
  }

  private void match(String path) throws InterruptedException {
    List<Path> found = List.of(Path.of("/"));
    for (Path part : Path.of(path)) {
      found = matches(found, part.toString());
    }
    if (found.isEmpty()) {
      report.failure(path + ": no file matches");
    } else if (found.size() == MAX_MATCHES) {
      report.failure(path + ": only the first " + MAX_MATCHES + " matches are brought");
    }
    asked.addAll(found);
  }

  /** Whether it was visited already, as it was asked for twice. */
  private boolean isReachedAgain(Path path) {
    return asked.contains(path) && !reached.add(path);
  }

  private static List<Path> matches(List<Path> directories, String part)
      throws InterruptedException {
    List<Path> found = new ArrayList<>();
    Pattern pattern = Wildcards.isPattern(part) ? Wildcards.ofName(part) : null;
    for (Path directory : directories) {
      checkInterrupt();
      try (Destination at = Destination.of(directory.resolve(HERE))) {
        Directory in = at.directory();
        if (pattern == null) {
          if (in.stat(Path.of(part)) != null) {
            found.add(directory.resolve(part));
          }
          continue;
        }
        in.names(
            name -> {
              String text = name.toString();
              if (text.startsWith(".") == part.startsWith(".") && pattern.matcher(text).matches()) {
                found.add(directory.resolve(name));
              }
              return found.size() < MAX_MATCHES;
            });
      } catch (JobException | IOException e) {
        // Not a directory, or not to be read: nothing in it matches.
      }
    }
    found.sort(null);
    return found;
  }

  /** A path that was asked for. */
  private void named(Path path) throws JobException, IOException, InterruptedException {
    try (Destination at = found(path)) {
      FileStat stat = at.stat();
      if (stat == null) {
        report.failure(path + ": there is no such file");
      } else if (stat.isRegular()) {
        visit(at.directory(), at.name(), path, stat);
      } else if (stat.isDirectory()) {
        try (Destination inside = found(path.resolve(HERE))) {
          directory(inside.directory(), path, 0);
        }
      } else {
        report.failure(path + ": this is a FIFO, socket or device, which is not read");
      }
    } catch (UnfollowedException e) {
      report.failure(e.getMessage());
    } catch (FileSystemException e) {
      report.failure(path + ": " + IoErrors.say(e));
    }
  }

  private static Destination found(Path path) throws UnfollowedException, IOException {
    try {
      return Destination.of(path);
    } catch (Destination.MissingDirectoryException e) {
      throw new UnfollowedException(path + ": there is no such file", e);
    } catch (JobException e) {
      throw new UnfollowedException(e.getMessage(), e);
    }
  }

  /** A path leads to nothing that may be read. */
  private static final class UnfollowedException extends Exception {
    private static final long serialVersionUID = 1;

    UnfollowedException(String message, JobException cause) {
      super(message, cause);
    }
  }

  private void directory(Directory in, Path path, int depth)
      throws JobException, IOException, InterruptedException {
    if (isReachedAgain(path)) {
      return;
    }
    if (depth == MAX_DEPTH) {
      report.failure(path + ": its directories are too deep");
      return;
    }
    List<Path> names = new ArrayList<>();
    in.names(names::add);
    names.sort(null);
    if (names.isEmpty()) {
      report.remark(path + " is left out: an empty directory");
    }
    for (Path name : names) {
      checkInterrupt();
      Path shown = path.resolve(name);
      try {
        entry(in, name, shown, depth);
      } catch (FileSystemException e) {
        report.failure(shown + ": " + IoErrors.say(e));
      }
    }
  }

  private void entry(Directory in, Path name, Path shown, int depth)
      throws JobException, IOException, InterruptedException {
    FileStat stat = in.stat(name);
    if (stat == null) {
      report.remark(shown + " was removed meanwhile");
    } else if (stat.isRegular()) {
      visit(in, name, shown, stat);
    } else if (stat.isDirectory()) {
      try (Directory inner = in.enter(name, stat)) {
        directory(inner, shown, depth + 1);
      }
    } else {
      report.remark(
          shown
              + (stat.isLink()
                  ? " is left out: a link"
                  : " is left out: a FIFO, socket or device"));
    }
  }

  private void visit(Directory in, Path name, Path path, FileStat stat)
      throws JobException, IOException, InterruptedException {
    if (!isReachedAgain(path)) {
      visitor.visit(new Found(in, name, path, stat));
    }
  }

  private static void checkInterrupt() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }
}
