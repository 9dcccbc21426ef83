package io.directord.cli.bootstrap;

import java.io.IOException;

/** Runs scripts of {@code sh} on a host, as its administrator. */
final class Shell {
  private final SshHost host;
  private final StepOutput output;
  private final boolean sudo;

  /**
   * @param output takes what scripts write that fail
   * @param sudo whether sudo is needed to be the administrator
   */
  Shell(SshHost host, StepOutput output, boolean sudo) {
    this.host = host;
    this.output = output;
    this.sudo = sudo;
  }

  /** What a script came to. */
  record Ended(int status, String said) {}

  Ended end(String script) throws StepException, IOException {
    StepOutput written = new StepOutput(line -> {});
    int status = host.run((sudo ? "sudo -n " : "") + "sh -c " + quoted(script), written);
    String said = written.text().strip();
    if (status != 0) {
      said.lines().forEach(output::line);
    }
    return new Ended(status, said);
  }

  /**
   * What the script says.
   *
   * @throws StepException if its exit status is not 0
   */
  String run(String script) throws StepException, IOException {
    Ended ended = end(script);
    if (ended.status() != 0) {
      throw new StepException("exit status " + ended.status());
    }
    return ended.said();
  }

  /** As one word of any shell; the text must have no backslashes. */
  static String quoted(String text) {
    return "'" + text.replace("'", "'\"'\"'") + "'";
  }
}
