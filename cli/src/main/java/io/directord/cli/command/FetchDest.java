package io.directord.cli.command;

import io.directord.cli.console.Failure;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** DEST of a download: the directory in which each node gets its own. */
final class FetchDest {
  private static final String NODE = "{node}";
  private static final String JOB = "{job}";
  private static final String DATE = "{date}";
  private static final List<String> PLACEHOLDERS = List.of(NODE, JOB, DATE);
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[^{}]*\\}\\}|\\{[a-z_]+\\}");

  private final String text;
  private final LocalDate today = LocalDate.now();

  /**
   * @param word as it was given
   * @throws Failure if it has a placeholder that is not known, which would become a name
   */
  FetchDest(String word) throws Failure {
    text = word;
    String unknown =
        PLACEHOLDER
            .matcher(word)
            .results()
            .map(MatchResult::group)
            .filter(found -> !PLACEHOLDERS.contains(found))
            .findFirst()
            .orElse(null);
    if (unknown != null) {
      throw Failure.usage(
          "fetch: "
              + unknown
              + " in DEST is not known: there are "
              + String.join(", ", PLACEHOLDERS));
    }
  }

  /** With the id of the job and the date, but without a node. */
  String of(UUID job) {
    return text.replace(JOB, job.toString()).replace(DATE, today.toString());
  }

  /**
   * The directory of a node.
   *
   * @throws FileSystemException if its name cannot be one, or if a link is there, which would lead
   *     its files elsewhere
   */
  Path of(UUID job, String node) throws FileSystemException {
    if (node.equals(".") || node.equals("..") || node.contains("/") || node.indexOf('\0') >= 0) {
      throw new FileSystemException(
          null, null, "a node of this name gets no directory: nothing is taken from it");
    }
    String dest = of(job);
    Path named = Path.of(dest, dest.contains(NODE) ? "" : NODE);
    Path at = Path.of(named.isAbsolute() ? "/" : "");
    boolean ofNode = false;
    for (Path name : named) {
      ofNode |= name.toString().contains(NODE);
      at = at.resolve(name.toString().replace(NODE, node));
      if (ofNode && Files.isSymbolicLink(at)) {
        throw new FileSystemException(
            at.toString(),
            null,
            "this is a link, and links in DEST are not followed: remove it, or name another DEST");
      }
    }
    return at;
  }
}
