package io.directord.cli.command;

import io.directord.cli.console.Failure;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import java.util.List;

/** The first word behind a command that does several things. */
final class ActionWord {
  private ActionWord() {}

  /**
   * The first of the words.
   *
   * @param expected what is said if it is none of the actions, such as "token: create or list is
   *     expected"
   */
  static String of(List<String> words, List<String> actions, String expected) throws Failure {
    String action = words.isEmpty() ? "" : words.get(0);
    if (!actions.contains(action)) {
      throw Failure.usage(
          expected
              + (action.isEmpty()
                  ? ""
                  : ", not " + Quoted.of(action) + Nearest.hint(action, actions)));
    }
    return action;
  }
}
