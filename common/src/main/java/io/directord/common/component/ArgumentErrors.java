package io.directord.common.component;

import io.directord.common.validation.InvalidException;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Collects the validation errors of one job's arguments, so that all are reported together. Places
 * are keys of the job; messages make sense beside a key.
 */
public final class ArgumentErrors {
  private final List<ValidationError> errors = new ArrayList<>();

  /** A check that throws its error. */
  @FunctionalInterface
  public interface Check {
    void run() throws PlanException;
  }

  /** Adds an error at a key. */
  public void add(String key, String message) {
    errors.add(new Place.Key(key).error(message));
  }

  /** Adds an error without a key. */
  public void add(String message) {
    errors.add(new ValidationError(message));
  }

  /** Adds an error at a key unless the condition holds. */
  public void require(boolean holds, String key, String message) {
    if (!holds) {
      add(key, message);
    }
  }

  /** Whether the value is present; if not, adds an error. */
  public boolean given(String key, Object value, String message) {
    boolean missing =
        value == null
            || value instanceof String text && text.isBlank()
            || value instanceof Collection<?> list && list.isEmpty();
    require(!missing, key, message);
    return !missing;
  }

  /** Runs the check, and adds its error at the key, unless the error has a place of its own. */
  public void check(String key, Check check) {
    try {
      check.run();
    } catch (PlanException e) {
      add(key, e.getMessage());
    } catch (InvalidException e) {
      addAll(e.errors());
    }
  }

  void addAll(List<ValidationError> more) {
    errors.addAll(more);
  }

  public boolean isEmpty() {
    return errors.isEmpty();
  }

  /** All errors. */
  public List<ValidationError> all() {
    return errors;
  }

  /**
   * @throws PlanException with all errors, if there are any
   */
  public void finish() throws PlanException {
    if (!errors.isEmpty()) {
      throw new PlanException(errors);
    }
  }

  /**
   * As {@link #finish}, for an author who sees no keys: the messages name the verb and, as far as
   * there is one, the option.
   *
   * @throws PlanException with all errors, if there are any
   */
  public void finish(String verb, Syntax<?> syntax) throws PlanException {
    if (!errors.isEmpty()) {
      throw new PlanException(errors.stream().map(error -> named(verb, syntax, error)).toList());
    }
  }

  private static ValidationError named(String verb, Syntax<?> syntax, ValidationError error) {
    if (error.place().equals(Place.NONE)) {
      return error;
    }
    String key = error.place().toString();
    String option = "--" + key.replace('_', '-');
    boolean known = syntax.option(option) != null || CommonOptions.has(option);
    return error.place().error(verb + ": " + (known ? option : key) + ": " + error.message());
  }
}
