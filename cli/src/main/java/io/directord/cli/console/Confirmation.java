package io.directord.cli.console;

import io.directord.common.validation.ErrorCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Asks for confirmation before something is lost. A script, which has no terminal, is not asked.
 */
public final class Confirmation {
  private static final Path TERMINAL = Path.of("/dev/tty");

  private Confirmation() {}

  /**
   * Returns if the action was confirmed.
   *
   * @param question ends with a question mark
   * @throws Failure if the answer is not yes
   */
  public static void require(String question, Console console) throws Failure {
    if (console.terminal() == null) {
      return;
    }
    console.out().flush();
    try (BufferedReader terminal = Files.newBufferedReader(TERMINAL, StandardCharsets.UTF_8)) {
      console.err().print(question + " [y/N] ");
      console.err().flush();
      String answer = terminal.readLine();
      if (answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes")) {
        return;
      }
    } catch (IOException e) {
      throw new Failure(
          ErrorCode.WRONG_USAGE, "cannot ask for confirmation: give --yes to do it", e);
    }
    throw new Failure(ErrorCode.NOT_CONFIRMED, "nothing was done");
  }
}
