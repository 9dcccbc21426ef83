package io.directord.common.component;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.Seconds;
import io.directord.common.json.ShownJson;
import io.directord.common.validation.Nearest;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The keys that jobs of a verb may have, and what each may hold: the public fields of its
 * arguments. A job that was planned has no other; one that a program has written may.
 */
final class ArgumentKeys {
  private static final ClassValue<ArgumentKeys> KEYS =
      new ClassValue<>() {
        @Override
        protected ArgumentKeys computeValue(Class<?> arguments) {
          return new ArgumentKeys(arguments);
        }
      };

  private final SortedMap<String, Kind> known = new TreeMap<>();

  /** The type of a key's value, in JSON. */
  private enum Kind {
    FLAG("true or false"),
    WHOLE("a whole number"),
    SECONDS("a number of seconds"),
    TEXT("a text"),
    TEXTS("a list of texts"),
    LIST("a list"),
    OBJECT("an object"),
    NAMED_TEXTS("an object of texts"),
    ANY("any value");

    private final String expected;

    Kind(String expected) {
      this.expected = expected;
    }

    static Kind of(Type type) {
      if (type == boolean.class || type == Boolean.class) {
        return FLAG;
      }
      if (type == int.class || type == Integer.class) {
        return WHOLE;
      }
      if (type == String.class) {
        return TEXT;
      }
      if (type == Duration.class) {
        return SECONDS;
      }
      if (type == ObjectNode.class) {
        return OBJECT;
      }
      if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
        return generic.getActualTypeArguments()[0] == String.class ? TEXTS : LIST;
      }
      return type instanceof ParameterizedType generic && generic.getRawType() == Map.class
          ? NAMED_TEXTS
          : ANY;
    }

    /** What is expected in place of a value that does not suit. */
    String insteadOf(JsonNode value) {
      if (this == WHOLE && value.isIntegralNumber()) {
        return expected + " from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE;
      }
      return this == SECONDS && value.isNumber() ? expected + " up to " + Seconds.MAX : expected;
    }

    boolean suits(JsonNode value) {
      return switch (this) {
        case FLAG -> value.isBoolean();
        case WHOLE -> value.isIntegralNumber() && value.canConvertToInt();
        case SECONDS -> value.isNumber() && value.asDouble(Seconds.MAX + 1) <= Seconds.MAX;
        case TEXT -> value.isString();
        case TEXTS -> value.isArray() && value.values().stream().allMatch(JsonNode::isString);
        case LIST -> value.isArray();
        case OBJECT -> value.isObject();
        case NAMED_TEXTS ->
            value.isObject() && value.values().stream().allMatch(JsonNode::isString);
        case ANY -> true;
      };
    }
  }

  private ArgumentKeys(Class<?> arguments) {
    for (Field field : arguments.getFields()) {
      if (!Modifier.isStatic(field.getModifiers())
          && !field.isAnnotationPresent(JsonIgnore.class)) {
        known.put(snakeCase(field.getName()), Kind.of(field.getGenericType()));
      }
    }
  }

  private static String snakeCase(String name) {
    return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  /** Adds an error for every unknown key, and for every value of the wrong type. */
  static void check(String verb, Class<?> arguments, ObjectNode written, ArgumentErrors errors) {
    SortedMap<String, Kind> known = KEYS.get(arguments).known;
    for (Map.Entry<String, JsonNode> entry : written.properties()) {
      Kind kind = known.get(entry.getKey());
      JsonNode value = entry.getValue();
      if (entry.getKey().equals(Job.BYPASS)) {
        kind = Kind.FLAG;
      }
      if (kind == null) {
        unknown(verb, entry.getKey(), known.keySet(), errors);
      } else if (!value.isNull() && !kind.suits(value)) {
        errors.add(
            entry.getKey(), kind.insteadOf(value) + " is expected, not " + ShownJson.of(value));
      }
    }
  }

  /** Adds an error for keys that look like misspelt common keys, if the verb's own are unknown. */
  static void checkMisspelt(
      String verb, Class<?> arguments, ObjectNode written, ArgumentErrors errors) {
    SortedMap<String, Kind> known = KEYS.get(arguments).known;
    for (String key : written.propertyNames()) {
      if (!known.containsKey(key)
          && !key.equals(Job.BYPASS)
          && Nearest.to(key, JobJson.commonKeys()).isPresent()) {
        unknown(verb, key, known.keySet(), errors);
      }
    }
  }

  private static void unknown(
      String verb, String key, Collection<String> known, ArgumentErrors errors) {
    TreeSet<String> candidates = new TreeSet<>(JobJson.commonKeys());
    candidates.addAll(known);
    errors.add(
        key,
        "unknown key of "
            + verb
            + Nearest.hint(key, candidates)
            + "; it knows "
            + JobJson.known(known));
  }
}
