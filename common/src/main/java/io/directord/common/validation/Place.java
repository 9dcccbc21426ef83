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
