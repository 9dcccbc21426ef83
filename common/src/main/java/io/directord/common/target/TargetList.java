package io.directord.common.target;

import io.directord.common.input.GivenFile;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.Counted;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Targets as people write them beside each other: in one word with commas, or in a file with a name
 * or an expression in each line. Lists are read where they are written, never by the server.
 */
public final class TargetList {
  /** What stands before the name of a file with a list. */
  public static final String FILE = "@@";

  /** The list on standard input. */
  public static final String STANDARD_INPUT = "-";

  /** Characters of an expression that are shown before and behind a column. */
  private static final int BEFORE = 40;

  private static final int BEHIND = 30;

  private static final int MAX_BYTES = 2 << 20;
  private static final Path INPUT = Path.of("standard input");

  private TargetList() {}

  /**
   * One target of a file.
   *
   * @param place of its first character
   */
  public record Line(String text, Place.InFile place) {}

  /** The targets of one word: commas stand between them, except within brackets and quotes. */
  public static List<String> split(String word) {
    List<String> targets = new ArrayList<>();
    int from = 0;
    int depth = 0;
    char quote = 0;
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if ("([{".indexOf(c) >= 0) {
        depth++;
      } else if (")]}".indexOf(c) >= 0) {
        depth--;
      } else if (c == ',' && depth <= 0) {
        targets.add(word.substring(from, i).strip());
        from = i + 1;
      }
    }
    targets.add(word.substring(from).strip());
    return targets;
  }

  /**
   * Reads a file.
   *
   * @param errors receives what is wrong with it
   */
  public static List<Line> read(Path file, List<ValidationError> errors) {
    try (InputStream in = GivenFile.open(file)) {
      return read(in, file, errors);
    } catch (IOException e) {
      errors.add(
          new Place.InFile(file, 0, 0)
              .error("this list of targets cannot be read: " + IoErrors.say(e)));
      return List.of();
    }
  }

  /** Reads standard input, or what stands for it. */
  public static List<Line> readInput(InputStream in, List<ValidationError> errors) {
    try {
      return read(in, INPUT, errors);
    } catch (IOException e) {
      errors.add(new Place.Key(INPUT.toString()).error(IoErrors.say(e)));
      return List.of();
    }
  }

  private static List<Line> read(InputStream in, Path file, List<ValidationError> errors)
      throws IOException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      errors.add(
          new Place.InFile(file, 0, 0)
              .error("a list of targets has at most " + Counted.of(MAX_BYTES, "byte")));
      return List.of();
    }
    List<Line> lines = new ArrayList<>();
    int number = 0;
    for (String written : new String(bytes, StandardCharsets.UTF_8).lines().toList()) {
      number++;
      String text = written.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      Place.InFile place = new Place.InFile(file, number, written.indexOf(text) + 1);
      if (text.startsWith(FILE) || text.equals(STANDARD_INPUT)) {
        errors.add(place.error("a list cannot stand in a list"));
      } else {
        error(text, place, errors);
        lines.add(new Line(text, place));
      }
    }
    if (lines.isEmpty() && errors.isEmpty()) {
      errors.add(new Place.InFile(file, 0, 0).error("this list has no targets"));
    }
    return lines;
  }

  /** Adds the error of a text that is not a target, at its column. */
  public static void error(String text, Place.InFile place, List<ValidationError> errors) {
    if (Target.of(text) instanceof Target.Invalid invalid) {
      errors.add(
          place
              .right(invalid.column() - 1)
              .error(invalid.message())
              .withCode(ErrorCode.INVALID_TARGET));
    }
  }

  /**
   * Two lines that show people a column of an expression.
   *
   * @param column from 1
   */
  public static List<String> shown(String text, int column) {
    int from = Math.max(0, column - BEFORE);
    int to = Math.min(text.length(), from + BEFORE + BEHIND);
    String begin = from > 0 ? "..." : "";
    String line = begin + text.substring(from, to) + (to < text.length() ? "..." : "");
    String shown =
        line.codePoints()
            .map(c -> Character.isISOControl(c) ? '?' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    return List.of("  " + shown, "  " + " ".repeat(begin.length() + column - 1 - from) + "^");
  }
}
