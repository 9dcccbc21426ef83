package io.directord.cli.command;

import io.directord.cli.console.Failure;
import io.directord.common.component.PlanException;
import io.directord.common.component.VerbHelp;
import io.directord.common.validation.Nearest;
import io.directord.verbs.Components;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** {@code directord help}, and the help of verbs. */
final class Help {
  /** The word in the place of a mode. */
  static final String WORD = "help";

  private static final String OPTION = "--help";
  private static final int WIDTH = 78;

  private Help() {}

  /**
   * Rewrites the words that follow {@code help} to options: {@code help MODE} to {@code MODE
   * --help}, {@code help VERB} to {@code exec --verb VERB --help}.
   */
  static List<String> rewritten(List<String> words, Modes modes) throws Failure {
    if (words.size() > 1) {
      throw Failure.usage("help: one mode or verb is expected, as in 'directord help exec'");
    }
    String about = words.isEmpty() ? WORD : words.get(0);
    if (about.equals(WORD)) {
      return List.of(OPTION);
    }
    if (about.startsWith("-")) {
      return List.of(about);
    }
    if (modes.names().contains(about)) {
      return List.of(about, OPTION);
    }
    String verb = about.toUpperCase(Locale.ROOT);
    Set<String> builtin = Components.builtin().verbs();
    if (!about.equals(verb) && !builtin.contains(verb)) {
      Optional<String> near = Nearest.to(about, modes.names()).or(() -> Nearest.to(verb, builtin));
      throw Failure.usage(
          "help: unknown mode "
              + about
              + near.map(name -> " (did you mean " + name + "?)").orElse("")
              + "; verbs are written in capital letters");
    }
    if (about.isBlank()) {
      throw Failure.usage("help: the mode or verb is empty; is a variable not set?");
    }
    return List.of("exec", "--verb", about, OPTION);
  }

  /**
   * Help of a verb.
   *
   * @throws Failure if the verb is unknown; the message names the nearest one
   */
  static String ofVerb(String verb, Components verbs) throws Failure {
    try {
      return VerbHelp.of(verbs.find(verb)).stripTrailing() + "\n";
    } catch (PlanException e) {
      throw Failure.usage("help: " + e.getMessage());
    }
  }

  /** All verbs, wrapped to lines. */
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
