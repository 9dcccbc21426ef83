package io.directord.common.validation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The cause of an error, for programs and for looking it up: the name stays the same while messages
 * change. {@code docs/errors.md} has what each means and what to do. There is a code where there is
 * a way out of its own; several messages share one.
 */
public enum ErrorCode {
  WRONG_USAGE(Exit.USAGE),
  WRONG_SETTING(Exit.USAGE),
  LATER_VERSION(Exit.USAGE),
  INVALID_JOBS(Exit.USAGE),
  INVALID_CATALOG(Exit.USAGE),
  INVALID_INVENTORY(Exit.USAGE),
  INVALID_REQUEST(Exit.USAGE),
  INVALID_TARGET(Exit.USAGE),
  UNKNOWN_VERB(Exit.USAGE),
  UNKNOWN_NODE(Exit.USAGE),
  UNKNOWN_ROLE(Exit.USAGE),
  UNKNOWN_CONTEXT(Exit.USAGE),
  AMBIGUOUS_ID(Exit.USAGE),
  TOO_LARGE(Exit.USAGE),
  NO_NODE_MATCHES(Exit.FAILED),
  NODE_AWAY(Exit.FAILED),
  NODE_LACKS_VERB(Exit.FAILED),
  QUORUM_NOT_REACHED(Exit.FAILED),
  UNKNOWN_JOB(Exit.FAILED),
  UNKNOWN_TOKEN(Exit.FAILED),
  UNKNOWN_SCHEDULE(Exit.FAILED),
  UNKNOWN_HOOK(Exit.FAILED),
  DUPLICATE_ID(Exit.FAILED),
  NOT_POSSIBLE_NOW(Exit.FAILED),
  NOTHING_TO_RERUN(Exit.FAILED),
  NOTHING_FETCHED(Exit.FAILED),
  UNKNOWN_BACKUP(Exit.FAILED),
  UNKNOWN_CONTENT(Exit.FAILED),
  CONTENT_CHANGED(Exit.FAILED),
  NOT_AUTHENTICATED(Exit.FAILED),
  NO_PERMISSION(Exit.FAILED),
  UNKNOWN_PATH(Exit.FAILED),
  SERVER_BUSY(Exit.FAILED),
  SERVER_FULL(Exit.FAILED),
  DISK_FULL(Exit.FAILED),
  STORE_UNUSABLE(Exit.FAILED),
  SERVER_ERROR(Exit.FAILED),
  REFUSED(Exit.FAILED),
  CONNECTION_LOST(Exit.FAILED),
  IO_ERROR(Exit.FAILED),
  OUTPUT_NOT_WRITTEN(Exit.FAILED),
  OUT_OF_MEMORY(Exit.FAILED),
  NOT_CONFIRMED(Exit.FAILED),
  NOT_COMPLETE(Exit.FAILED),
  ALREADY_RUNNING(Exit.FAILED),
  CANNOT_LISTEN(Exit.FAILED),
  CANNOT_START(Exit.FAILED),
  CANNOT_INSTALL(Exit.FAILED),
  SERVER_NOT_RUNNING(Exit.NO_SERVER),
  CERTIFICATE_CHANGED(Exit.NO_SERVER),
  STANDBY(Exit.NO_SERVER),
  SOCKET_DENIED(Exit.NO_SERVER),
  NOT_WELL(Exit.NO_SERVER),
  GAVE_UP(Exit.GAVE_UP),
  UNDECIDED(Exit.UNDECIDED);

  /** Scripts depend on these numbers; see {@code docs/errors.md}. */
  private static final class Exit {
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int NO_SERVER = 3;
    static final int GAVE_UP = 4;
    static final int UNDECIDED = 5;
  }

  private final int exitStatus;

  ErrorCode(int exitStatus) {
    this.exitStatus = exitStatus;
  }

  /** The status with which a command ends for this reason. */
  public int exitStatus() {
    return exitStatus;
  }

  /** As it is written everywhere, such as {@code unknown-node}. */
  @JsonValue
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Null for one that only another version knows. */
  @JsonCreator
  public static ErrorCode find(String text) {
    return Arrays.stream(values())
        .filter(code -> code.text().equals(text))
        .findFirst()
        .orElse(null);
  }

  /** The one that all errors have in common, which is {@link #INVALID_JOBS} for a mixture. */
  public static ErrorCode of(List<ValidationError> errors) {
    List<ErrorCode> codes = errors.stream().map(ValidationError::code).distinct().toList();
    return codes.size() == 1 && codes.get(0) != null ? codes.get(0) : INVALID_JOBS;
  }

  /** The message with the code in brackets, as linters do it, at the end of its first line. */
  public String mark(String message) {
    int end = message.indexOf('\n');
    String first = end < 0 ? message : message.substring(0, end);
    return first + " [" + text() + "]" + message.substring(first.length());
  }
}
