package io.directord.common.component;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What a class with picocli's annotations declares: its options by name, and its operands in order.
 * Only public fields count, those of superclasses first.
 */
final class VerbSyntax {
  private static final ClassValue<VerbSyntax> CACHE =
      new ClassValue<>() {
        @Override
        protected VerbSyntax computeValue(Class<?> type) {
          return new VerbSyntax(type);
        }
      };

  private final Map<String, Field> options = new LinkedHashMap<>();
  private final List<Operand> operands = new ArrayList<>();

  private VerbSyntax(Class<?> type) {
    declare(type);
  }

  static VerbSyntax of(Class<?> type) {
    return CACHE.get(type);
  }

  private void declare(Class<?> type) {
    if (type == null) {
      return;
    }
    declare(type.getSuperclass());
    for (Field field : type.getDeclaredFields()) {
      Option option = field.getAnnotation(Option.class);
      if (option != null) {
        Arrays.stream(option.names()).forEach(name -> options.put(name, field));
      }
      Parameters operand = field.getAnnotation(Parameters.class);
      if (operand != null) {
        operands.add(
            new Operand(
                field,
                operand.paramLabel(),
                !operand.arity().startsWith("0"),
                operand.index().endsWith("*")));
      }
    }
  }

  /** The field behind a name such as {@code --no-block}, or null. */
  Field option(String name) {
    return options.get(name);
  }

  Set<String> optionNames() {
    return options.keySet();
  }

  List<Operand> operands() {
    return operands;
  }

  /**
   * What stands after the options.
   *
   * @param required whether it may not be left out
   * @param rest whether it takes all that is left: as written into a text, word by word into a list
   */
  record Operand(Field field, String label, boolean required, boolean rest) {
    boolean isList() {
      return List.class.isAssignableFrom(field.getType());
    }
  }
}
