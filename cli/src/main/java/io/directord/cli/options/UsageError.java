package io.directord.cli.options;

import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
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

/** The message for a wrong command line: one line for the error, one for where to find help. */
public final class UsageError {
  private UsageError() {}

  /**
   * @param modes that exist
   */
  public static String of(ParameterException error, Collection<String> modes) {
    CommandLine command = error.getCommandLine();
    String name = command.getCommandSpec().qualifiedName(" ");
    return name + ": " + what(error, command, modes) + "\nTry '" + name + " --help'.";
  }

  private static String what(
      ParameterException error, CommandLine command, Collection<String> modes) {
    if (error instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      return unknown(CommandWords.asTyped(unmatched.getUnmatched().get(0)), command, modes);
    }
    if (error instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      // The missing option is usually there, misspelt.
      List<String> unmatched = command.getUnmatchedArguments();
      return unmatched.isEmpty()
          ? missing(missing)
          : unknown(CommandWords.asTyped(unmatched.get(0)), command, modes);
    }
    if (error.getCause() instanceof TypeConversionException wrong && error.getArgSpec() != null) {
      return name(error.getArgSpec()) + ": " + wrong.getMessage();
    }
    String message = error.getMessage();
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
      return root
          ? "unknown mode " + Quoted.begin(word) + Nearest.hint(word, modes)
          : "unexpected word " + Quoted.begin(word);
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
    return "unknown option " + Quoted.begin(option) + hint;
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
