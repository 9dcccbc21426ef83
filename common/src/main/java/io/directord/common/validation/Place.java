package io.directord.common.validation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The place of something that was written. Its text is shown to people, and used in JSON. */
public sealed interface Place {
  /** No place, as with a command line as a whole. */
  Place NONE = new Key("");

  /**
   * In a file.
   *
   * @param line counted from 1; 0 for the file as a whole
   * @param column counted from 1; 0 for the file as a whole
   */
  record InFile(Path file, int line, int column) implements Place {
    /** So many characters behind this place, in the same line. */
    public InFile right(int characters) {
      return new InFile(file, line, column + characters);
    }

    /** The form that editors understand. */
    @Override
    public String toString() {
      return line == 0 ? file.toString() : file + ":" + line + ":" + column;
    }
  }

  /**
   * In one job of a request.
   *
   * @param job its index, counted from 0
   * @param key of the job, dots between the keys of objects in it; empty for the job as a whole
   */
  record InJob(int job, String key) implements Place {
    private static final Pattern TEXT =
        Pattern.compile("jobs\\[(\\d{1,9})](?:\\.(.*))?", Pattern.DOTALL);

    @Override
    public String toString() {
      return "jobs[" + job + "]" + (key.isEmpty() ? "" : "." + key);
    }
  }

  /**
   * In an expression in a list of targets of a request.
   *
   * @param job index of the job, counted from 0; -1 if the list belongs to the whole request
   * @param key of the list
   * @param index in the list, counted from 0
   * @param column in the expression, counted from 1
   */
  record InTarget(int job, String key, int index, int column) implements Place {
    private static final Pattern TEXT =
        Pattern.compile("(?:jobs\\[(\\d{1,9})]\\.)?(\\w+)\\[(\\d{1,9})]:(\\d{1,9})");

    /** The list's element, as it follows the job. */
    String element() {
      return key + "[" + index + "]";
    }

    @Override
    public String toString() {
      return (job < 0 ? "" : "jobs[" + job + "].") + element() + ":" + column;
    }
  }

  /** In a text without a file, such as the body of a request; both are counted from 1. */
  record InText(int line, int column) implements Place {
    @Override
    public String toString() {
      return "line " + line + ", column " + column;
    }
  }

  /** A key where it is known which job, or which file, it belongs to; empty for the whole. */
  record Key(String key) implements Place {
    @Override
    public String toString() {
      return key;
    }
  }

  /** Parses the result of {@link #text}; a place in a file becomes one without lines. */
  @JsonCreator
  static Place parse(String text) {
    Matcher inTarget = InTarget.TEXT.matcher(text);
    if (inTarget.matches()) {
      return new InTarget(
          inTarget.group(1) == null ? -1 : Integer.parseInt(inTarget.group(1)),
          inTarget.group(2),
          Integer.parseInt(inTarget.group(3)),
          Integer.parseInt(inTarget.group(4)));
    }
    Matcher inJob = InJob.TEXT.matcher(text);
    if (inJob.matches()) {
      String key = inJob.group(2);
      return new InJob(Integer.parseInt(inJob.group(1)), key == null ? "" : key);
    }
    return text.isEmpty() ? NONE : new Key(text);
  }

  @JsonValue
  default String text() {
    return toString();
  }

  /** An error at this place. */
  default ValidationError error(String message) {
    return new ValidationError(this, message);
  }
}
