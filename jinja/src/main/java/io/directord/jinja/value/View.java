package io.directord.jinja.value;

import java.util.AbstractList;
import java.util.List;

/**
 * The result of {@code keys()}, {@code values()} and {@code items()}: not a list, but iterable like
 * one.
 */
public final class View extends AbstractList<Object> {
  private final String type;
  private final List<Object> elements;

  public View(String type, List<Object> elements) {
    this.type = type;
    this.elements = elements;
  }

  String type() {
    return type;
  }

  @Override
  public Object get(int index) {
    return elements.get(index);
  }

  @Override
  public int size() {
    return elements.size();
  }
}
