package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.options.Spec;
import io.directord.common.config.Settings;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Completion in shells: prints the script for a shell, which calls this mode for the candidates at
 * the cursor.
 */
final class CompletionMode implements Mode {
  private final List<String> words = new ArrayList<>();
  private final CommandTree tree;
  private boolean candidates;

  CompletionMode(CommandTree tree) {
    this.tree = tree;
  }

  @Override
  public Spec spec() {
    return Spec.of("completion", this)
        .usage(
            "directord completion SHELL",
            "Prints a script that completes modes, options, verbs, nodes and job ids.")
        .words("SHELL", "bash, zsh or fish.", words::add)
        .hidden(
            "--candidates",
            "What may stand in place of the last word.",
            given -> candidates = given)
        .examples(
            "  source <(directord completion bash)",
            "  directord completion zsh > /usr/local/share/zsh/site-functions/_directord",
            "  directord completion fish > ~/.config/fish/completions/directord.fish");
  }

  @Override
  public int run(Settings settings, Console console) throws Failure, IOException {
    if (candidates) {
      new Candidates(tree, settings, new ServerNames(settings, words))
          .of(words)
          .forEach(console.out()::println);
      return ExitStatus.OK;
    }
    if (words.size() != 1 || !Candidates.SHELLS.contains(words.get(0))) {
      String given = String.join(" ", words);
      throw Failure.usage(
          "completion: one of "
              + String.join(", ", Candidates.SHELLS)
              + " is expected"
              + (given.isEmpty()
                  ? ""
                  : ", not " + Quoted.of(given) + Nearest.hint(given, Candidates.SHELLS)));
    }
    try (InputStream script =
        CompletionMode.class.getResourceAsStream("completion." + words.get(0))) {
      console.out().print(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    }
    return ExitStatus.OK;
  }
}
