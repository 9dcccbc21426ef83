package io.directord.cli.command;

import io.directord.cli.bootstrap.BootstrapOptions;
import io.directord.cli.bootstrap.CatalogRun;
import io.directord.cli.bootstrap.NodeRun;
import io.directord.cli.bootstrap.SshOptions;
import io.directord.cli.console.Console;
import io.directord.cli.console.Failure;
import io.directord.cli.options.Spec;
import io.directord.common.config.Home;
import io.directord.common.config.Settings;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.InvalidException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Prepares machines by SSH, before they are nodes. */
final class BootstrapMode implements Mode {
  /** Held, since a logger that nobody holds forgets its level. */
  private static final Logger SSH_LOG = Logger.getLogger("org.apache.sshd");

  private final Map<String, String> environment;
  private final List<String> hosts = new ArrayList<>();
  private final List<Path> catalogs = new ArrayList<>();
  private final Set<String> limit = new TreeSet<>();
  private String server;
  private Path sharedKeyFile;
  private Path joinTokenFile;
  private boolean joinTokens;
  private Path keyFile;
  private Integer threads;
  private boolean acceptNew;
  private boolean verbose;
  private boolean checkOnly;

  BootstrapMode(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Spec spec() {
    return Spec.of("bootstrap", this)
        .usage(
            "directord bootstrap --host [USER@]HOST[:PORT]... [options]%n"
                + "       directord bootstrap --catalog FILE... [options]",
            "Prepares machines by SSH. With --host, makes nodes of them: copies this distribution and"
                + " the server's shared key, or a join token, and starts the client as a service. With --catalog, runs"
                + " the jobs of catalogs, on servers one after the other, then on clients at once.")
        .list("--host", "HOST", "Make a node of this machine; may be repeated.", hosts::add)
        .option(
            "--server",
            "ADDRESS",
            "With --host: where the server is, as the nodes see it; by default this machine.",
            address -> server = address)
        .option(
            "--shared-key-file",
            "FILE",
            "With --host: a copy of the server's shared key; by default the one of this machine's"
                + " settings.",
            file -> sharedKeyFile = Path.of(file))
        .flag(
            "--join-token",
            "With --host: enrol each node with a join token of its own, which is made at this"
                + " machine's server, good for one hour and one node, and brought in place of the"
                + " shared key.",
            given -> joinTokens = given)
        .option(
            "--join-token-file",
            "FILE",
            "With --host: likewise, with the token in this file for all of them.",
            file -> joinTokenFile = Path.of(file))
        .option(
            "--catalog",
            "FILE",
            "YAML file with targets or jobs or both; several are merged.",
            file -> catalogs.add(Path.of(file)))
        .option(
            "--key-file",
            "FILE",
            "SSH key. Without it, the SSH agent's keys and those in ~/.ssh are used.",
            file -> keyFile = Path.of(file).toAbsolutePath())
        .count("--threads", "COUNT", "How many hosts at once; by default 10.", n -> threads = n)
        .list("--limit", "HOST", "With --catalog: only these targets, by name or host.", limit::add)
        .flag(
            "--accept-new",
            "Trust the SSH keys of hosts that are not known yet, and note them in"
                + " ~/.ssh/known_hosts. A key that has changed is always refused.",
            given -> acceptNew = given)
        .flag(
            "--verbose", "Show the output of all commands, as it comes.", given -> verbose = given)
        .flag(
            "--check-only",
            "With --catalog: connect to no host; only say whether the catalogs are right.",
            given -> checkOnly = given)
        .examples(
            "  directord bootstrap --host admin@web-1 --host web-2:2222 --accept-new",
            "  directord bootstrap --host web-3 --join-token",
            "  directord bootstrap --catalog hosts.yaml --check-only",
            "  directord bootstrap --catalog hosts.yaml --catalog jobs.yaml",
            "  directord bootstrap --catalog hosts.yaml --catalog jobs.yaml --limit web-1");
  }

  @Override
  public int run(Settings settings, Console console)
      throws Failure, IOException, InterruptedException {
    if (hosts.isEmpty() == catalogs.isEmpty()) {
      throw Failure.usage("bootstrap: either --host or --catalog is expected");
    }
    if (!hosts.isEmpty() && (checkOnly || !limit.isEmpty())) {
      throw Failure.usage("bootstrap: --limit and --check-only go with --catalog");
    }
    boolean hasToken = joinTokens || joinTokenFile != null;
    if (hosts.isEmpty() && (server != null || sharedKeyFile != null || hasToken)) {
      throw Failure.usage(
          "bootstrap: --server, --shared-key-file, --join-token and --join-token-file go with"
              + " --host");
    }
    if (hasToken && sharedKeyFile != null || joinTokens && joinTokenFile != null) {
      throw Failure.usage(
          "bootstrap: only one of --shared-key-file, --join-token and --join-token-file can be"
              + " given");
    }
    if (threads != null && threads == 0) {
      throw Failure.usage("bootstrap: --threads: at least 1 is expected");
    }
    SSH_LOG.setLevel(settings.get(Settings.DEBUG) ? Level.ALL : Level.OFF);
    if (!hosts.isEmpty()) {
      NodeRun.Key key = new NodeRun.Key(sharedKeyFile, joinTokens, joinTokenFile);
      return new NodeRun(hosts, server, key).run(options(settings), settings, console);
    }
    try {
      return new CatalogRun(catalogs, limit, checkOnly).run(options(settings), console);
    } catch (InvalidException e) {
      return ErrorList.tell(ErrorCode.INVALID_CATALOG, e.errors(), console);
    }
  }

  private BootstrapOptions options(Settings settings) {
    String agent = environment.get("SSH_AUTH_SOCK");
    return new BootstrapOptions(
        new SshOptions(
            Home.of(environment),
            agent == null || agent.isEmpty() ? null : Path.of(agent),
            keyFile == null ? settings.get(Settings.BOOTSTRAP_KEY_FILE) : keyFile,
            acceptNew),
        threads == null ? settings.get(Settings.BOOTSTRAP_THREADS) : threads,
        verbose);
  }
}
