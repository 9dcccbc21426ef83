package io.directord.cli.bootstrap;

import java.io.IOException;
import java.nio.file.Path;

/** What the jobs of catalogs do, ready to run on one host. */
final class CatalogSteps {
  private CatalogSteps() {}

  /** Runs a command, with a terminal, by the shell of the user. */
  record Run(String command) implements Step {
    @Override
    public String title() {
      return "RUN " + command;
    }

    @Override
    public String run(SshHost host, StepOutput output) throws StepException, IOException {
      int status = host.run(command, output);
      if (status != 0) {
        throw new StepException("exit status " + status);
      }
      return "";
    }
  }

  /** Puts a local file on the host. */
  record Add(Path local, String remote) implements Step {
    @Override
    public String title() {
      return "ADD " + local + " " + remote;
    }

    @Override
    public String run(SshHost host, StepOutput output) throws StepException, IOException {
      host.put(local, remote);
      return "";
    }
  }

  /** Brings a file of the host. */
  record Get(String remote, Path local) implements Step {
    @Override
    public String title() {
      return "GET " + remote + " " + local;
    }

    @Override
    public String run(SshHost host, StepOutput output) throws StepException, IOException {
      host.get(remote, local);
      return "";
    }
  }
}
