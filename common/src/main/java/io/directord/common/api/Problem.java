package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.validation.ValidationError;
import java.util.List;

/**
 * An error as RFC 9457 has it.
 *
 * @param status the HTTP status
 * @param title what was wrong, the same for the same kind of problem
 * @param detail what was wrong here, and what to do about it
 * @param mistakes what is wrong with single jobs of a request, for who knows where they were
 *     written; they are in the detail too
 */
public record Problem(
    int status,
    String title,
    String detail,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ValidationError> mistakes) {
  public static final String MEDIA_TYPE = "application/problem+json";

  /** {@code mistakes} may be null, as they are where a server of an older version answers. */
  public Problem {
    mistakes = mistakes == null ? List.of() : List.copyOf(mistakes);
  }

  public Problem(int status, String title, String detail) {
    this(status, title, detail, List.of());
  }
}
