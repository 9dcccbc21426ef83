package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.console.Signals;
import io.directord.cli.log.Logging;
import io.directord.cli.options.SettingOptions;
import io.directord.cli.options.Spec;
import io.directord.cli.systemd.Unit;
import io.directord.common.config.InvalidSettingsException;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.security.KeyFiles;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.ValidationError;
import io.directord.server.CannotStartException;
import io.directord.server.RestoredServer;
import io.directord.server.Server;
import io.directord.server.ServerDiedException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** The server. */
final class ServerMode implements Mode {
  private static final String KEYS =
      "Make key files for --curve-encryption beside the configuration file, and end.";

  private static final System.Logger LOG = System.getLogger(Server.class.getName());

  private final SettingOptions given;
  private final UnitOptions unit;
  private boolean generateKeys;
  private String restore;

  /**
   * @param given settings of the command line
   */
  ServerMode(SettingOptions given) {
    this.given = given;
    this.unit = new UnitOptions(given);
  }

  @Override
  public Spec spec() {
    Spec spec =
        Spec.of("server", this)
            .usage(
                "directord [global options] server [options]",
                "Takes jobs from the command line and gives them to the nodes. Ends at SIGTERM;"
                    + " reads the roles and hooks of its configuration anew at SIGHUP.")
            .flag("--generate-keys", KEYS, given -> generateKeys = given)
            .hidden("--zmq-generate-keys", KEYS, given -> generateKeys = given)
            .option(
                "--restore",
                "FILE",
                "Make the store of a backup that 'directord manage --backup' has made, and end. The"
                    + " store must be empty, and no server may run.",
                given -> restore = given);
    return unit.addTo(spec, "server", "the group of the socket, whose members may give orders.")
        .examples(
            "  directord server --bind-address 192.0.2.1",
            "  directord server --install-unit --group operators --start",
            "  directord server --restore directord.backup");
  }

  @Override
  public int run(Settings settings, Console console)
      throws Failure, IOException, InterruptedException {
    if (generateKeys) {
      Path directory = settings.get(Settings.CONFIG_FILE).getParent();
      new KeyFiles(directory)
          .generate(List.of(KeyFiles.SERVER, KeyFiles.ANY_NODE))
          .forEach(console.out()::println);
      return ExitStatus.OK;
    }
    if (unit.isAsked()) {
      return unit.run(Unit::ofServer, settings, console);
    }
    if (restore != null) {
      return restore(settings, console);
    }
    Service service = new Service(settings, Server.class);
    try {
      Server server = Server.start(settings);
      Thread watch = new Thread(() -> watch(server, service), "watch");
      watch.setDaemon(true);
      watch.start();
      Signals.on("HUP", () -> reload(server));
      return service.runUntilTold(server, server::turns);
    } catch (CannotStartException e) {
      return service.notStarted(e);
    }
  }

  private int restore(Settings settings, Console console) throws Failure {
    Logging.configure(
        settings.get(Settings.DEBUG), settings.get(Settings.LOG_FORMAT).equals("json"));
    try {
      RestoredServer.restore(settings, Path.of(restore).toAbsolutePath())
          .forEach(console.out()::println);
      return ExitStatus.OK;
    } catch (InvalidPathException e) {
      throw Failure.usage("server: not a file's name: " + e.getInput());
    } catch (CannotStartException e) {
      throw new Failure(ErrorCode.CANNOT_START, "nothing was restored: " + e.getMessage(), e);
    }
  }

  /**
   * Says all that is wrong, and keeps what was; the log is the only place for it. Signals come on
   * threads of their own: what was read last counts.
   */
  private synchronized void reload(Server server) {
    try {
      List<ValidationError> errors =
          server.reload(SettingsLoader.load(given.given(), System.getenv()));
      if (errors.isEmpty()) {
        LOG.log(
            Level.INFO, "SIGHUP: roles and hooks were read anew; other settings need a restart");
      } else {
        notReloaded(errors);
      }
    } catch (InvalidSettingsException e) {
      notReloaded(e.errors());
    }
  }

  private static void notReloaded(List<ValidationError> errors) {
    errors.forEach(error -> LOG.log(Level.ERROR, "SIGHUP: {0}", error));
    LOG.log(Level.ERROR, "SIGHUP: nothing was changed: roles and hooks are those from before");
  }

  private static void watch(Server server, Service service) {
    try {
      server.awaitEnd();
    } catch (ServerDiedException e) {
      service.died(e.thread(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
