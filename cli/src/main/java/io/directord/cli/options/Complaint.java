package io.directord.cli.options;

import io.directord.common.validation.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in a line what is wrong with a command line, and in another where help is. */
public final class Complaint {
  private Complaint() {}

  /**
   * @param modes that exist
   */
  public static String of(ParameterException mistake, Collection<String> modes) {
    CommandLine command = mistake.getCommandLine();
    String name = command.getCommandSpec().qualifiedName(" ");
    return name + ": " + what(mistake, command, modes) + "\nTry '" + name + " --help'.";
  }

  private static String what(
      ParameterException mistake, CommandLine command, Collection<String> modes) {
    if (mistake instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      return unknown(Words.asTyped(unmatched.getUnmatched().get(0)), command, modes);
    }
    if (mistake instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      // What is missing is there, as a rule, misspelt.
      List<String> unmatched = command.getUnmatchedArguments();
      return unmatched.isEmpty()
          ? missing(missing)
          : unknown(Words.asTyped(unmatched.get(0)), command, modes);
    }
    if (mistake.getCause() instanceof TypeConversionException wrong
        && mistake.getArgSpec() != null) {
      return name(mistake.getArgSpec()) + ": " + wrong.getMessage();
    }
    String message = mistake.getMessage();
    return Character.toLowerCase(message.charAt(0)) + message.substring(1);
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  private static String unknown(String word, CommandLine command, Collection<String> modes) {
    boolean root = command.getParent() == null;
    if (word.isBlank()) {
      return (root ? "the mode" : "a word") + " is empty; is a variable not set?";
    }
    if (!word.startsWith("-")) {
      return root ? "unknown mode " + word + Nearest.hint(word, modes) : "unexpected word " + word;
    }
    String option = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
    if (!root && command.getParent().getCommandSpec().optionsMap().containsKey(option)) {
      return option
          + " is a global option: write it before the mode, as in 'directord "
          + option
          + " ... "
          + command.getCommandName()
          + "'";
    }
    String hint = option.startsWith("--") ? Nearest.hint(option, shownNames(command)) : "";
    return "unknown option " + option + hint;
  }

  private static String missing(MissingParameterException missing) {
    var argument = missing.getMissing().get(0);
    if (argument instanceof OptionSpec option) {
      boolean absent = missing.getMessage().startsWith("Missing required option");
      return absent
          ? option.longestName() + " is missing"
          : option.longestName() + " needs " + option.paramLabel();
    }
    return argument.paramLabel() + " is missing";
  }

  private static List<String> shownNames(CommandLine command) {
    List<String> names = new ArrayList<>();
    for (OptionSpec option : command.getCommandSpec().options()) {
      if (!option.hidden()) {
        names.addAll(List.of(option.names()));
      }
    }
    return names;
  }
}
