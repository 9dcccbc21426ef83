package io.directord.common.component;

import io.directord.common.component.VerbSyntax.Operand;
import io.directord.common.config.Nearest;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Reads what an author wrote behind a verb. Options stand first, as {@code --name value} or {@code
 * --name=value}, and {@code --} ends them; what follows is for the verb's operands. The options of
 * the {@code vars} mapping win over those of the text.
 *
 * @param <A> the verb's arguments
 */
public final class ArgumentReader<A> {
  private static final VerbSyntax COMMON = VerbSyntax.of(CommonOptions.class);

  private final Component<A> component;
  private final CommonOptions common = new CommonOptions();
  private final A arguments;
  private final VerbSyntax syntax;
  private final List<String> mistakes = new ArrayList<>();

  private ArgumentReader(Component<A> component) {
    this.component = component;
    this.arguments = component.newArguments();
    this.syntax = VerbSyntax.of(arguments.getClass());
  }

  /**
   * @param arguments complete, unless help was asked for
   */
  public record Reading<A>(CommonOptions common, A arguments) {}

  /**
   * @param text the inline form
   * @param vars options by name, with {@code _}; texts are converted as those of the inline form,
   *     null leaves the default
   * @throws PlanException naming the verb, the option and what is expected, for every mistake
   */
  public static <A> Reading<A> read(Component<A> component, String text, Map<String, JsonNode> vars)
      throws PlanException {
    ArgumentReader<A> reader = new ArgumentReader<>(component);
    Words words = new Words(text);
    reader.noting(
        () -> {
          reader.options(words);
          if (!reader.common.execHelp) {
            reader.operands(words);
          }
        });
    vars.forEach((key, value) -> reader.noting(() -> reader.variable(key, value)));
    if (!reader.mistakes.isEmpty()) {
      throw new PlanException(reader.mistakes);
    }
    return new Reading<>(reader.common, reader.arguments);
  }

  /** Goes on after a mistake, so that all of them are reported together. */
  private void noting(Step step) {
    try {
      step.run();
    } catch (PlanException e) {
      mistakes.addAll(e.mistakes());
    }
  }

  private interface Step {
    void run() throws PlanException;
  }

  private void options(Words words) throws PlanException {
    while (words.startsWith("--")) {
      String name = words.plain('=');
      if (name.equals("--")) {
        return;
      }
      Field field = field(name);
      if (field == null) {
        throw unknown(name, "option", optionNames());
      }
      boolean inline = words.take('=');
      if (Values.isFlag(field) && !inline) {
        add(field, name, "true");
      } else if (inline) {
        add(field, name, words.word());
      } else if (words.hasNext()) {
        add(field, name, words.next());
      } else {
        throw new PlanException(component.verb() + ": " + name + " needs a value");
      }
    }
  }

  private void variable(String key, JsonNode value) throws PlanException {
    String name = "--" + key.replace('_', '-');
    Field field = key.contains("-") ? null : field(name);
    if (field == null) {
      throw unknown(
          key,
          "key in vars",
          optionNames().stream().map(n -> n.substring(2).replace('-', '_')).toList());
    }
    if (value.isNull()) {
      return;
    }
    List<String> texts = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(element -> texts.add(element.asString()));
    } else {
      texts.add(value.asString());
    }
    try {
      Values.put(field, owner(field), texts);
    } catch (PlanException e) {
      throw new PlanException(component.verb() + ": " + key + ": " + e.getMessage(), e);
    }
  }

  private void operands(Words words) throws PlanException {
    for (Operand operand : syntax.operands()) {
      if (!words.hasNext()) {
        if (operand.required()) {
          throw new PlanException(
              component.verb() + " needs " + operand.label() + ": " + synopsis());
        }
      } else if (operand.rest() && !operand.isList()) {
        add(operand.field(), operand.label(), words.rest());
        return;
      } else if (operand.rest()) {
        while (words.hasNext()) {
          add(operand.field(), operand.label(), words.next());
        }
      } else {
        add(operand.field(), operand.label(), words.next());
      }
    }
    if (words.hasNext()) {
      String advice =
          words.startsWith("--") ? "options stand first" : "what has blanks in it must be quoted";
      throw new PlanException(
          component.verb() + ": '" + words.rest() + "' is too much; " + advice + ": " + synopsis());
    }
  }

  private Field field(String name) {
    Field own = syntax.option(name);
    return own != null ? own : COMMON.option(name);
  }

  private Object owner(Field field) {
    return field.getDeclaringClass() == CommonOptions.class ? common : arguments;
  }

  private void add(Field field, String name, String value) throws PlanException {
    try {
      Values.add(field, owner(field), value);
    } catch (PlanException e) {
      throw new PlanException(component.verb() + ": " + name + ": " + e.getMessage(), e);
    }
  }

  private PlanException unknown(String name, String what, Iterable<String> candidates) {
    TreeSet<String> sorted = new TreeSet<>();
    candidates.forEach(sorted::add);
    return new PlanException(
        component.verb()
            + ": unknown "
            + what
            + " "
            + name
            + Nearest.hint(name, sorted)
            + "; it knows "
            + String.join(", ", sorted));
  }

  private List<String> optionNames() {
    List<String> names = new ArrayList<>(COMMON.optionNames());
    names.addAll(syntax.optionNames());
    return names;
  }

  private String synopsis() {
    return syntax.operands().stream()
        .map(Operand::label)
        .collect(Collectors.joining(" ", component.verb() + ": [options] ", ""));
  }
}
