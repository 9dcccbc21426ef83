package io.directord.cli.command;

import io.directord.cli.console.Failure;
import io.directord.common.component.Components;
import io.directord.common.component.PlanException;
import io.directord.common.component.VerbHelp;
import io.directord.common.config.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code directord help}, and what it says of verbs. */
final class Help {
  /** In the place of a mode. */
  static final String WORD = "help";

  private static final int WIDTH = 78;

  private Help() {}

  /**
   * {@code help MODE} as {@code MODE --help}, {@code help VERB} as {@code exec --verb VERB --help},
   * and {@code help} as {@code --help}; other words as they are.
   */
  static List<String> rewritten(List<String> words) throws Failure {
    if (words.isEmpty() || !words.get(0).equals(WORD)) {
      return words;
    }
    if (words.size() > 2) {
      throw Failure.usage("help: one mode or verb is expected, as in 'directord help exec'");
    }
    String about = words.size() == 1 ? "" : words.get(1);
    if (about.isEmpty() || about.startsWith("-") || about.equals(WORD)) {
      return List.of("--help");
    }
    if (Modes.names().contains(about)) {
      return List.of(about, "--help");
    }
    if (!about.equals(about.toUpperCase(Locale.ROOT))) {
      String hint = Nearest.hint(about, Modes.names());
      if (!hint.isEmpty()
          || !Components.builtin().verbs().contains(about.toUpperCase(Locale.ROOT))) {
        throw Failure.usage(
            "help: unknown mode " + about + hint + "; verbs are written in capital letters");
      }
    }
    return List.of("exec", "--verb", about, "--help");
  }

  /**
   * Help of a verb.
   *
   * @throws PlanException if there is none of that name; its message names the nearest
   */
  static String ofVerb(String verb, Components verbs) throws PlanException {
    return VerbHelp.of(verbs.find(verb)).stripTrailing() + "\n";
  }

  /** All verbs, in lines. */
  static String verbs(Components installed) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(" ");
    for (String verb : installed.verbs()) {
      if (line.length() + verb.length() + 1 > WIDTH) {
        lines.add(line.toString());
        line = new StringBuilder(" ");
      }
      line.append(' ').append(verb);
    }
    lines.add(line.toString());
    return "\nVerbs ('directord help VERB' says more):\n" + String.join("\n", lines) + "\n";
  }
}
