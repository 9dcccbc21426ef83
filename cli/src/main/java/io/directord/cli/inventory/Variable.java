package io.directord.cli.inventory;

import io.directord.common.json.Json;
import io.directord.common.python.PythonLiteral;
import io.directord.common.python.PythonText;
import io.directord.common.validation.Place;
import io.directord.common.wire.NodeAttributes;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A variable that directord can keep.
 *
 * @param place where it is written
 */
record Variable(String name, JsonNode value, Place place) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");
  private static final Set<String> RESERVED = Set.of("node", "fact", "query");
  private static final Pattern SECRET =
      Pattern.compile("(?i).*(pass|secret|token|credential|private|api_?key).*");
  private static final Pattern TEMPLATE = Pattern.compile("(?s).*\\{[{%#].*");
  private static final Pattern ONE_LINE = Pattern.compile("\\P{Cntrl}*");

  /** As Ansible reads it in an INI file: a Python literal, else a text. */
  static JsonNode read(String text) {
    return PythonLiteral.parse(text)
        .orElseGet(() -> JsonNodeFactory.instance.stringNode(text.strip()));
  }

  /** Why directord does not take it over; empty if it does. The value is never told. */
  static Optional<String> refusal(String name, JsonNode value) {
    if (name.startsWith("ansible_")) {
      return Optional.of("is for Ansible itself; nodes connect to the server");
    }
    if (!NAME.matcher(name).matches() || RESERVED.contains(name)) {
      return Optional.of("cannot be the name of an argument");
    }
    if (SECRET.matcher(name).matches()) {
      return Optional.of("looks like a secret: bring it with ARG --secret");
    }
    if (TEMPLATE.matcher(Json.text(value)).matches()) {
      return Optional.of("is a template of Ansible");
    }
    return Optional.empty();
  }

  /** As ARG takes it: what is read there is this value. */
  String argument() {
    if (value.isString()) {
      String text = value.stringValue();
      boolean plain =
          !text.isEmpty()
              && ONE_LINE.matcher(text).matches()
              && text.equals(text.strip())
              && read(text).equals(value);
      return plain ? text : PythonText.of(value);
    }
    return PythonText.of(value);
  }

  /** Why it cannot be a label; empty if it can. */
  Optional<String> labelError() {
    return value.isContainer() || value.isNull()
        ? Optional.of("a label is a text or a number")
        : NodeAttributes.labelError(Map.of(name, label()));
  }

  /** Its value as a label. */
  String label() {
    return PythonText.plain(value);
  }
}
