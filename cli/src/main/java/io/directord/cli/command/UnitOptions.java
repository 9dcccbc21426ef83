package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.options.SettingOptions;
import io.directord.cli.options.Spec;
import io.directord.cli.systemd.Unit;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.job.UrlPasswords;
import io.directord.common.security.PrivateFiles;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Quoted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** {@code --install-unit}: has systemd run the server or the client. */
final class UnitOptions {
  private static final Path UNITS = Path.of("/etc/systemd/system");

  /** Exists while systemd is what runs the machine. */
  private static final Path BOOTED = Path.of("/run/systemd/system");

  private static final String EMPTY =
      "# Settings of directord's server and client; 'directord --help' lists them.\n";

  private final SettingOptions given;
  private boolean install;
  private boolean force;
  private boolean start;
  private String group;

  UnitOptions(SettingOptions given) {
    this.given = given;
  }

  /**
   * @param mode server or client
   * @param whose what the group is of
   */
  Spec addTo(Spec spec, String mode, String whose) {
    return spec.flag(
            "--install-unit",
            "Only write the systemd unit directord-"
                + mode
                + ".service, which starts this installation with the settings on this command line,"
                + " and an empty configuration file if there is none.",
            now -> install = now)
        .option("--group", "GROUP", "With --install-unit: " + whose, name -> group = name)
        .flag("--force", "With --install-unit: replace another unit.", now -> force = now)
        .flag(
            "--start",
            "With --install-unit: also enable and start it, or restart it if the unit has changed,"
                + " and return when it is ready.",
            now -> start = now);
  }

  boolean isAsked() throws Failure {
    if (!install && (force || start || group != null)) {
      throw Failure.usage("--group, --force and --start need --install-unit");
    }
    return install;
  }

  /** Writes the unit, and starts it if that is wanted; returns the exit status. */
  int run(Function<Unit.Start, Unit> kind, Settings settings, Console console)
      throws Failure, IOException, InterruptedException {
    requireGroup();
    Unit unit = kind.apply(what(settings));
    Unit.Change change = unit.write(UNITS, force);
    Path file = UNITS.resolve(unit.name());
    if (change == Unit.Change.REFUSED) {
      throw new Failure(
          ErrorCode.CANNOT_INSTALL, file + " is there, and is another one: --force replaces it");
    }
    console.out().println((change == Unit.Change.WRITTEN ? "written: " : "unchanged: ") + file);
    Path config = settings.get(Settings.CONFIG_FILE);
    if (!Files.exists(config)) {
      PrivateFiles.create(config, EMPTY.getBytes(StandardCharsets.UTF_8));
      console.out().println("written: " + config);
    }
    console.out().flush();
    if (start) {
      start(unit.name(), change == Unit.Change.WRITTEN, console);
    } else {
      console
          .out()
          .println("start it: systemctl daemon-reload && systemctl enable --now " + unit.name());
    }
    return ExitStatus.OK;
  }

  private void requireGroup() throws Failure, IOException {
    if (group == null) {
      return;
    }
    try {
      FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
    } catch (UserPrincipalNotFoundException e) {
      throw new Failure(
          ErrorCode.CANNOT_INSTALL,
          "--group: this machine has no group "
              + Quoted.of(group)
              + ": make it first, or its service would not start");
    }
  }

  private Unit.Start what(Settings settings) throws Failure {
    String program = System.getProperty("directord.program");
    if (program == null) {
      throw new Failure(ErrorCode.CANNOT_INSTALL, "--install-unit works with bin/directord only");
    }
    for (Map.Entry<Setting<?>, String> one : given.given().entrySet()) {
      Setting<?> setting = one.getKey();
      if (setting.secret() || !UrlPasswords.hidden(one.getValue()).equals(one.getValue())) {
        throw Failure.usage(
            "--"
                + setting.name()
                + " cannot be in a unit, which every user may read: put it into "
                + settings.get(Settings.CONFIG_FILE));
      }
    }
    return new Unit.Start(
        Path.of(program).toAbsolutePath().normalize(),
        System.getenv("JAVA_HOME"),
        group,
        given.given(),
        settings::get);
  }

  private static void start(String unit, boolean changed, Console console)
      throws Failure, IOException, InterruptedException {
    if (!Files.isDirectory(BOOTED)) {
      throw new Failure(
          ErrorCode.CANNOT_INSTALL, "systemd does not run this machine, so nothing was started");
    }
    systemctl("daemon-reload");
    systemctl("enable", unit);
    // Also what is there without ever having got ready is started anew.
    boolean runs = ended("is-active", unit).status() == 0;
    if (runs && !changed) {
      console.out().println("runs: " + unit);
      return;
    }
    systemctl("restart", unit);
    console.out().println((runs ? "restarted: " : "started: ") + unit);
  }

  private record Ended(int status, String said) {}

  private static void systemctl(String... words) throws Failure, IOException, InterruptedException {
    Ended ended = ended(words);
    if (ended.status() != 0) {
      throw new Failure(
          ErrorCode.CANNOT_INSTALL,
          "systemctl " + String.join(" ", words) + " failed: " + ended.said());
    }
  }

  private static Ended ended(String... words) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("systemctl", "--quiet");
    builder.command().addAll(List.of(words));
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), said.strip());
  }
}
