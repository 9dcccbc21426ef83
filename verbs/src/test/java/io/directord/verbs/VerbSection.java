package io.directord.verbs;

import io.directord.common.component.CommonOptions;
import io.directord.common.component.Component;
import io.directord.common.component.Syntax;
import java.util.List;

/** What docs/syntax.md says of a verb's declaration. */
final class VerbSection {
  private VerbSection() {}

  /** Where the text of a verb begins in the document. */
  static String begin(String verb) {
    return "<!-- " + verb + ": made of its declaration, see SyntaxDocTest -->\n";
  }

  static final String END = "<!-- end -->\n";

  /** The text of a verb, from its first mark to its last. */
  static <A> String of(Component<A> component) {
    String verb = component.verb();
    Syntax<A> syntax = component.syntax();
    StringBuilder out = new StringBuilder(begin(verb));
    out.append('`').append(verb).append(": [options]");
    syntax.operands().forEach(operand -> out.append(' ').append(shown(operand)));
    out.append("`\n\n").append(escaped(syntax.description())).append('\n');
    out.append(options(syntax));
    out.append("\n```yaml\n- jobs:\n");
    syntax.examples().forEach(example -> out.append("  - ").append(example).append('\n'));
    out.append("```\n\n").append(facts(component)).append('\n').append(END);
    return out.toString();
  }

  /** The options that all verbs take. */
  static String common() {
    return begin("every verb") + options(CommonOptions.SYNTAX) + "\n" + END;
  }

  private static <A> String options(Syntax<A> syntax) {
    StringBuilder out = new StringBuilder("\n| | |\n|---|---|\n");
    for (Syntax.Option<A> option : syntax.options()) {
      row(out, option.name() + label(option), option.description());
    }
    for (Syntax.Operand<A> operand : syntax.operands()) {
      row(out, shown(operand), operand.description());
    }
    return out.toString();
  }

  private static <A> String label(Syntax.Option<A> option) {
    return switch (option.takes()) {
      case NOTHING -> "";
      case ONE, EACH -> " " + option.label();
      case MANY -> " " + option.label() + "...";
      case MAYBE, TRUTH -> " [" + option.label() + "]";
    };
  }

  private static <A> String shown(Syntax.Operand<A> operand) {
    return operand.required() ? operand.label() : "[" + operand.label() + "]";
  }

  private static void row(StringBuilder out, String name, String description) {
    out.append("| `").append(name.replace("|", "\\|")).append("` | ");
    out.append(escaped(description).replace("|", "\\|")).append(" |\n");
  }

  private static String facts(Component<?> component) {
    String cached =
        component.cacheable() ? "Skipped where it has succeeded before." : "Never skipped.";
    List<String> facts =
        component.lock() == null
            ? List.of(cached)
            : List.of(cached, "Runs under the lock `" + component.lock() + "`.");
    return String.join(" ", facts) + "\n";
  }

  /** Braces and asterisks mean something to Markdown and to what renders it. */
  private static String escaped(String text) {
    return text.replace("*", "\\*");
  }
}
