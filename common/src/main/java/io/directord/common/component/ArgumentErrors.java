package io.directord.common.component;

import io.directord.common.validation.InvalidException;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Collects what is wrong with the arguments of one job, so that all of it is told together. Places
 * are keys of the job; messages make sense beside a key.
 */
public final class ArgumentErrors {
  private final List<ValidationError> errors = new ArrayList<>();

  /** A check that says what is wrong by throwing. */
  @FunctionalInterface
  public interface Check {
    void run() throws PlanException;
  }

  /** Something is wrong at a key. */
  public void add(String key, String message) {
    errors.add(new Place.Key(key).error(message));
  }

  /** Something is wrong with the job, at no key in particular. */
  public void add(String message) {
    errors.add(new ValidationError(message));
  }

  /** Something is wrong at a key unless that holds. */
  public void require(boolean holds, String key, String message) {
    if (!holds) {
      add(key, message);
    }
  }

  /** Whether a value is there; if not, that is noted. */
  public boolean given(String key, Object value, String message) {
    boolean missing =
        value == null
            || value instanceof String text && text.isBlank()
            || value instanceof Collection<?> list && list.isEmpty();
    require(!missing, key, message);
    return !missing;
  }

  /** Notes what the check finds, at the key, unless it knows a place of its own. */
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

  /** Everything that was noted. */
  public List<ValidationError> all() {
    return errors;
  }

  /**
   * @throws PlanException with everything that was noted, if anything was
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
   * @throws PlanException with everything that was noted, if anything was
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
