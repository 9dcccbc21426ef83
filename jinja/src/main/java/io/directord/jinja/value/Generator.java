package io.directord.jinja.value;

import io.directord.jinja.limit.Budget;
import java.util.Iterator;
import java.util.function.Supplier;

/**
 * Python's generator: elements that are made when they are asked for, and are gone then. It has no
 * length, and is true even where no element is left.
 */
public final class Generator implements Iterator<Object> {
  private final String type;
  private final String name;
  private Supplier<Iterator<Object>> begin;
  private Iterator<Object> elements;

  private Generator(String type, String name, Supplier<Iterator<Object>> begin) {
    this.type = type;
    this.name = name;
    this.begin = begin;
  }

  /**
   * @param function as Python calls what makes the elements
   * @param begin called when the first element is asked for
   */
  public static Generator of(String function, Supplier<Iterator<Object>> begin) {
    return new Generator("generator", " " + function, begin);
  }

  /** What Python's {@code reversed()} gives. */
  public static Generator reversed(boolean list, Iterator<Object> elements) {
    return new Generator(list ? "list_reverseiterator" : "reversed", "", () -> elements);
  }

  String type() {
    return type;
  }

  @Override
  public boolean hasNext() {
    Budget.enter();
    if (elements == null) {
      elements = begin.get();
      begin = null;
    }
    boolean more = elements.hasNext();
    Budget.leave();
    return more;
  }

  @Override
  public Object next() {
    Budget.step(1);
    Budget.enter();
    Object next = elements.next();
    Budget.leave();
    return next;
  }

  @Override
  public String toString() {
    return "<" + type + " object" + name + ">";
  }
}
