package io.directord.jinja.value;

import io.directord.jinja.limit.Budget;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;

/** Python's tuple; its elements may have names. */
public final class Tuple extends AbstractList<Object> {
  private final List<Object> elements;
  private final List<String> names;

  private Tuple(List<Object> elements, List<String> names) {
    this.elements = elements;
    this.names = names;
  }

  public static Tuple of(Object... elements) {
    return new Tuple(Arrays.asList(elements), List.of());
  }

  public static Tuple of(List<Object> elements) {
    return new Tuple(elements, List.of());
  }

  public Tuple named(String... elementNames) {
    return new Tuple(elements, List.of(elementNames));
  }

  /** The index of the element of that name, or -1. */
  public int place(String name) {
    return names.indexOf(name);
  }

  @Override
  public Object get(int index) {
    return elements.get(index);
  }

  @Override
  public int hashCode() {
    Budget.enter();
    Budget.step(elements.size());
    int hash = elements.hashCode();
    Budget.leave();
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    if (this == other || !(other instanceof Tuple tuple)) {
      return this == other;
    }
    Budget.enter();
    Budget.step(elements.size());
    boolean equal = elements.equals(tuple.elements);
    Budget.leave();
    return equal;
  }

  @Override
  public int size() {
    return elements.size();
  }
}
