package io.directord.jinja.evaluate;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.method.Method;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Function;
import io.directord.jinja.value.Members;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Tuple;
import io.directord.jinja.value.Undefined;
import java.util.List;

/** The variable {@code loop} of a {@code for} statement. */
public final class LoopVariable implements Members, Function {
  private final List<Object> elements;
  private final int depth;
  private final Function again;
  private Object changedBefore = Arguments.ABSENT;
  private int index;

  /**
   * @param again renders the loop for other elements; null where it is not recursive
   */
  LoopVariable(List<Object> elements, int depth, Function again) {
    this.elements = elements;
    this.depth = depth;
    this.again = again;
  }

  void moveTo(int place) {
    index = place;
  }

  @Override
  public Object member(String name) {
    int size = elements.size();
    return switch (name) {
      case "index" -> index + 1L;
      case "index0" -> (long) index;
      case "revindex" -> (long) (size - index);
      case "revindex0" -> size - index - 1L;
      case "first" -> index == 0;
      case "last" -> index == size - 1;
      case "length" -> (long) size;
      case "depth" -> depth + 1L;
      case "depth0" -> (long) depth;
      case "previtem" -> neighbour(index - 1, "there is no previous item");
      case "nextitem" -> neighbour(index + 1, "there is no next item");
      case "cycle" -> new Method("cycle", this, this::cycle);
      case "changed" -> new Method("changed", this, this::changed);
      default -> Arguments.ABSENT;
    };
  }

  private Object neighbour(int place, String otherwise) {
    return place >= 0 && place < elements.size() ? elements.get(place) : new Undefined(otherwise);
  }

  private Object cycle(Arguments arguments) {
    List<Object> values = arguments.positional();
    if (values.isEmpty()) {
      throw new TemplateException("no items for cycling given");
    }
    return values.get(index % values.size());
  }

  private Object changed(Arguments arguments) {
    Object now = Tuple.of(arguments.positional());
    boolean changed = changedBefore == Arguments.ABSENT || !PythonValues.equal(now, changedBefore);
    changedBefore = now;
    return changed;
  }

  @Override
  public Object call(Arguments arguments) {
    if (again == null) {
      throw new TemplateException(
          "The loop must have the 'recursive' marker to be called recursively.");
    }
    return again.call(arguments);
  }

  @Override
  public String type() {
    return "jinja2.runtime.LoopContext";
  }

  @Override
  public String shown() {
    return "<LoopContext " + (index + 1) + "/" + elements.size() + ">";
  }
}
