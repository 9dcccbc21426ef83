package io.directord.cli.bootstrap;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.common.config.Distribution;
import io.directord.common.validation.Counted;
import io.directord.common.validation.InvalidException;
import io.directord.jinja.Environment;
import io.directord.jinja.limit.TemplateLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Bootstraps what catalogs say: servers one after the other, then clients at once. */
public final class CatalogRun {
  private static final String JOB = "job";

  private final List<Path> files;
  private final Set<String> limit;
  private final boolean checkOnly;

  /**
   * @param files the catalogs, of which later ones add to earlier ones
   * @param limit names or addresses of the hosts; empty for all
   * @param checkOnly whether nothing is to be run
   */
  public CatalogRun(List<Path> files, Set<String> limit, boolean checkOnly) {
    this.files = files;
    this.limit = limit;
    this.checkOnly = checkOnly;
  }

  /**
   * Runs it and returns the exit status.
   *
   * @throws InvalidException with all that is wrong in the catalogs; nothing was done
   * @throws Failure if the key file cannot be used
   */
  public int run(BootstrapOptions options, Console console)
      throws Failure, IOException, InterruptedException {
    Catalog catalog = new CatalogReader(new Environment(TemplateLimits.DEFAULT)).read(files);
    try (SshHosts ssh = new SshHosts(options.ssh())) {
      CatalogPlanner.Plan plan =
          new CatalogPlanner(catalog, ssh::resolve, options.ssh().keyFile(), tools()).plan(limit);
      if (!plan.errors().isEmpty()) {
        throw new InvalidException(plan.errors());
      }
      List<HostSteps> all = new ArrayList<>(plan.servers());
      all.addAll(plan.clients());
      if (checkOnly) {
        console
            .out()
            .println(
                "Nothing is wrong: "
                    + Counted.of(all.stream().mapToLong(host -> host.steps().size()).sum(), JOB)
                    + " on "
                    + Counted.of(plan.servers().size(), "server")
                    + " and "
                    + Counted.of(plan.clients().size(), "client"));
        return ExitStatus.OK;
      }
      return new HostRuns(ssh, options, console, JOB).run(plan.servers(), plan.clients());
    }
  }

  private static Path tools() {
    return Distribution.home().orElse(Path.of("")).toAbsolutePath().resolve("share/tools");
  }
}
