package io.directord.cli.follow;

import io.directord.common.api.Event;
import io.directord.common.api.NodeOutcome;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Puts the output of a run into files, as it comes: {@code DIR/NODE/NUMBER-VERB.stdout} and {@code
 * .stderr}, by the number of the job in the run; an empty standard error gets no file. The
 * directory must be new or empty, so that nothing is replaced or mixed. Characters of a node's name
 * that may not stand in a file's name are written as {@code %} and their code, so that no name
 * leads out of the directory. The first failure is kept and ends the writing, not the run.
 */
public final class OutputDirectory implements RunDisplay {
  private static final String ALLOWED = "[A-Za-z0-9_@+=-]";

  /** A file's name may have 255 bytes. */
  private static final int MAX_NAME = 200;

  private final Path directory;
  private final Show show;
  private final Set<Path> written = new HashSet<>();
  private String failure;

  private OutputDirectory(Path directory, Show show) {
    this.directory = directory;
    this.show = show;
  }

  /** Thrown if the directory cannot be used; the message says why and what to do. */
  public static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1;

    UnusableException(String message) {
      super(message);
    }
  }

  /** Makes the directory, unless there is an empty one. */
  public static OutputDirectory of(String name, Show show) throws UnusableException {
    try {
      Path directory = Path.of(name).toAbsolutePath();
      try {
        Files.createDirectories(directory);
      } catch (FileAlreadyExistsException e) {
        throw new UnusableException(directory + " is not a directory");
      }
      try (Stream<Path> files = Files.list(directory)) {
        if (files.findAny().isPresent()) {
          throw new UnusableException(
              directory + " is not empty: name a new directory, so that no results are mixed");
        }
      }
      return new OutputDirectory(directory, show);
    } catch (InvalidPathException e) {
      throw new UnusableException("not a directory's name: " + e.getInput());
    } catch (IOException e) {
      throw new UnusableException(IoErrors.sayWhere(e));
    }
  }

  @Override
  public void on(Event event, Run run) {
    if (failure == null
        && event instanceof Event.NodeAnswered answered
        && answered.outcome().startedAt() != null
        && show.shows(answered.outcome())) {
      try {
        write(run.job(answered.jobId()), answered.outcome());
      } catch (IOException e) {
        failure = IoErrors.sayWhere(e);
      }
    }
  }

  private void write(Run.Progress job, NodeOutcome outcome) throws IOException {
    Path node = directory.resolve(fileName(outcome.node()));
    if (!Files.isDirectory(node, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(node);
    }
    String name = job.number() + "-" + job.job().verb().toLowerCase(Locale.ROOT);
    write(node.resolve(fileName(name) + ".stdout"), outcome.stdout());
    if (outcome.stderr() != null && !outcome.stderr().isEmpty()) {
      write(node.resolve(fileName(name) + ".stderr"), outcome.stderr());
    }
  }

  private void write(Path file, String text) throws IOException {
    byte[] bytes = (text == null ? "" : text).getBytes(StandardCharsets.UTF_8);
    if (written.add(file)) {
      Files.write(file, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } else {
      // A result replaces that the client had died.
      Files.write(file, bytes, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }
  }

  /** The name of the file for a name that anybody may have chosen; never hidden, never a path. */
  static String fileName(String name) {
    StringBuilder out = new StringBuilder();
    name.codePoints()
        .forEach(
            c -> {
              String one = Character.toString(c);
              if (one.matches(ALLOWED) || c == '.' && out.length() > 0) {
                out.append(one);
              } else {
                for (byte b : one.getBytes(StandardCharsets.UTF_8)) {
                  out.append(String.format("%%%02X", b & 0xff));
                }
              }
            });
    if (out.length() <= MAX_NAME) {
      return out.toString();
    }
    // Names that are alike so far stay apart.
    return out.substring(0, MAX_NAME - 9) + "~" + String.format("%08x", name.hashCode());
  }

  /** Why not all output was written; null if it was. */
  public String failure() {
    return failure;
  }

  /** Of the files that were written. */
  public int files() {
    return written.size();
  }

  public Path directory() {
    return directory;
  }
}
