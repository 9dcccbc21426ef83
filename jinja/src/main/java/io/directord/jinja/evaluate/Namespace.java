package io.directord.jinja.evaluate;

import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Members;
import io.directord.jinja.value.PythonValues;
import java.util.Map;

/** The result of {@code namespace()}: a value whose attributes a template can set. */
public record Namespace(Map<String, Object> attributes) implements Members {
  @Override
  public Object member(String name) {
    return attributes.containsKey(name) ? attributes.get(name) : Arguments.ABSENT;
  }

  @Override
  public String type() {
    return "jinja2.utils.Namespace";
  }

  @Override
  public String shown() {
    return "<Namespace " + PythonValues.repr(attributes) + ">";
  }
}
