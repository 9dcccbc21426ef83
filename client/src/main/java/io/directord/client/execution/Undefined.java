package io.directord.client.execution;

import com.hubspot.jinjava.util.HasObjectTruthValue;
import java.util.Iterator;
import java.util.function.Function;

/**
 * Stands for what a template names and does not exist. Whoever asks whether it is defined may have
 * it; every other use fails, as with Jinja2's {@code StrictUndefined}.
 */
final class Undefined implements HasObjectTruthValue, Iterable<Object> {
  private final String message;
  private final Function<String, RuntimeException> onUse;

  /**
   * @param message in Jinja2's words
   * @param onUse told the message, gives what is thrown
   */
  Undefined(String message, Function<String, RuntimeException> onUse) {
    this.message = message;
    this.onUse = onUse;
  }

  RuntimeException used() {
    return onUse.apply(message);
  }

  @Override
  public boolean getObjectTruthValue() {
    throw used();
  }

  @Override
  public Iterator<Object> iterator() {
    throw used();
  }

  @Override
  public boolean equals(Object other) {
    throw used();
  }

  @Override
  public int hashCode() {
    throw used();
  }

  @Override
  public String toString() {
    throw used();
  }
}
