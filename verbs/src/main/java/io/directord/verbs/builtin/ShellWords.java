package io.directord.verbs.builtin;

import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.JobException;
import io.directord.common.component.PlanException;
import io.directord.common.component.ReadableNode;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names as words of a shell command. */
final class ShellWords {
  private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private ShellWords() {}

  /** The word, quoted for a shell if necessary. */
  static String quoted(String word) {
    return HARMLESS.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  static String quoted(List<String> words) {
    return words.stream().map(ShellWords::quoted).collect(Collectors.joining(" "));
  }

  /**
   * A name as its author has written it.
   *
   * @throws PlanException if it would be taken for an option
   */
  static String name(String word) throws PlanException {
    if (word.startsWith("-")) {
      throw new PlanException("'" + word + "' is not a name, and options begin with --");
    }
    return word;
  }

  /** Validates names in a job. */
  static void validate(String key, List<String> names, ArgumentErrors errors) {
    if (errors.given(key, names, "at least one name is needed")) {
      for (String name : names) {
        errors.check(key, () -> name(name));
        errors.require(!name.isBlank(), key, "a name is empty");
      }
    }
  }

  /**
   * The names, rendered, as words of a command.
   *
   * @throws JobException if there is none, or one would be taken for an option
   */
  static String names(String what, List<String> names, ReadableNode node) throws JobException {
    List<String> words = Rendered.words(Given.key(what, names), node);
    if (words.isEmpty()) {
      throw new JobException("no " + what + ": " + String.join(" ", names) + " renders as nothing");
    }
    for (String word : words) {
      if (word.startsWith("-")) {
        throw new JobException("'" + word + "' is an option, not one of the " + what);
      }
    }
    return quoted(words);
  }
}
