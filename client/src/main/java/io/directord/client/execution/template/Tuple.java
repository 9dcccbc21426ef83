package io.directord.client.execution.template;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;

/** Python's tuple; its elements may have names. */
final class Tuple extends AbstractList<Object> {
  private final List<Object> elements;
  private final List<String> names;

  private Tuple(List<Object> elements, List<String> names) {
    this.elements = elements;
    this.names = names;
  }

  static Tuple of(Object... elements) {
    return new Tuple(Arrays.asList(elements), List.of());
  }

  static Tuple of(List<Object> elements) {
    return new Tuple(elements, List.of());
  }

  Tuple named(String... elementNames) {
    return new Tuple(elements, List.of(elementNames));
  }

  /** The place of the element of that name, or -1. */
  int place(String name) {
    return names.indexOf(name);
  }

  @Override
  public Object get(int index) {
    return elements.get(index);
  }

  @Override
  public int hashCode() {
    Limits.proceed();
    return super.hashCode();
  }

  @Override
  public int size() {
    return elements.size();
  }
}
