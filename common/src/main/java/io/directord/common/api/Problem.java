package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.ValidationError;
import java.util.List;

/**
 * An error in the form of RFC 9457.
 *
 * @param status the HTTP status
 * @param title the kind of problem
 * @param detail what was wrong, and what to do about it
 * @param code its cause; null if that is one which only another version knows
 * @param errors what is wrong with single jobs of a request, for who knows where they were written;
 *     they are in the detail too
 */
public record Problem(
    int status,
    String title,
    String detail,
    @JsonInclude(JsonInclude.Include.NON_NULL) ErrorCode code,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ValidationError> errors) {
  public static final String MEDIA_TYPE = "application/problem+json";

  /** {@code errors} may be null, as they are where a server of an older version answers. */
  public Problem {
    errors = errors == null ? List.of() : List.copyOf(errors);
  }

  public Problem(int status, String title, String detail, ErrorCode code) {
    this(status, title, detail, code, List.of());
  }
}
