package io.directord.common.validation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.directord.common.validation.Place.InFile;
import io.directord.common.validation.Place.InJob;
import io.directord.common.validation.Place.InTarget;
import io.directord.common.validation.Place.Key;
import java.util.Comparator;
import java.util.List;

/**
 * An error in what a person or program wrote.
 *
 * @param message a sentence for the author, which makes sense together with the place
 * @param code its cause; null if it has none of its own, but that of the whole list
 */
public record ValidationError(
    Place place, String message, @JsonInclude(JsonInclude.Include.NON_NULL) ErrorCode code) {
  public ValidationError {
    place = place == null ? Place.NONE : place;
  }

  /** An error without a cause of its own. */
  public ValidationError(Place place, String message) {
    this(place, message, null);
  }

  /** An error without a place. */
  public ValidationError(String message) {
    this(Place.NONE, message);
  }

  /** The same error, at another place. */
  public ValidationError at(Place other) {
    return new ValidationError(other, message, code);
  }

  /** The same error, of this cause. */
  public ValidationError withCode(ErrorCode cause) {
    return new ValidationError(place, message, cause);
  }

  /**
   * In the order of the files and their lines; what is in no file comes first. Each is there once,
   * also if YAML's aliases have its place read several times.
   */
  public static List<ValidationError> sorted(List<ValidationError> errors) {
    return errors.size() < 2
        ? List.copyOf(errors)
        : errors.stream().distinct().sorted(Order.BY_PLACE).toList();
  }

  /** Apart, since linking it takes longer than commands need that have no error. */
  private static final class Order {
    private static final Comparator<ValidationError> BY_PLACE =
        Comparator.comparing(
            ValidationError::file,
            Comparator.nullsFirst(
                Comparator.comparing(InFile::file)
                    .thenComparingInt(InFile::line)
                    .thenComparingInt(InFile::column)));
  }

  private InFile file() {
    return place instanceof InFile file ? file : null;
  }

  /** The same error in this job of a request, given the place of a key. */
  public ValidationError inJob(int index) {
    return place instanceof Key key ? at(new InJob(index, key.key())) : this;
  }

  /** The same error with its message, which may quote input, cut to so many characters. */
  public ValidationError shortened(int maxCharacters) {
    return message.length() <= maxCharacters
        ? this
        : new ValidationError(place, message.substring(0, maxCharacters) + "...", code);
  }

  /** The index of the job in the request, for programs; null if it is in none. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public Integer job() {
    if (place instanceof InTarget target) {
      return target.job() < 0 ? null : target.job();
    }
    return place instanceof InJob inJob ? inJob.job() : null;
  }

  /** The job's key, for programs; null for the job as a whole. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public String key() {
    if (place instanceof InTarget target) {
      return target.element();
    }
    return place instanceof InJob inJob && !inJob.key().isEmpty() ? inJob.key() : null;
  }

  /** The column in an expression of targets, for programs; null for anything else. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public Integer column() {
    return place instanceof InTarget target ? target.column() : null;
  }

  /** {@code place: message}. */
  @Override
  public String toString() {
    return place.equals(Place.NONE) ? message : place + ": " + message;
  }
}
