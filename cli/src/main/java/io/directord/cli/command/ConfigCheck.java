package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.context.Contexts;
import io.directord.cli.context.Servers;
import io.directord.cli.systemd.Unit;
import io.directord.client.Client;
import io.directord.common.config.ClassArchive;
import io.directord.common.config.NatsServers;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsCheck;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import io.directord.common.validation.WrongSettingException;
import io.directord.server.Server;
import io.directord.verbs.Components;
import io.directord.verbs.external.ComponentDirectories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Finds what is wrong with settings before a server or a client starts with them. */
final class ConfigCheck {
  private static final String FILE_STORE = "file://";

  /** Types of file systems that the kernel makes, and in which nothing is stored. */
  private static final Set<String> KERNEL_FILES =
      Set.of(
          "proc",
          "sysfs",
          "cgroup",
          "cgroup2",
          "devpts",
          "debugfs",
          "tracefs",
          "securityfs",
          "pstore",
          "bpf",
          "configfs",
          "mqueue",
          "fusectl",
          "binfmt_misc");

  private static final String PREFIX = "DIRECTORD_";

  private final Settings settings;
  private final Map<String, String> environment;
  private final List<ValidationError> errors;
  private final List<String> notes = new ArrayList<>();

  /**
   * @param environment of this process
   * @param errors in what was read; the settings are those without any
   */
  ConfigCheck(Settings settings, Map<String, String> environment, List<ValidationError> errors) {
    this.settings = settings;
    this.environment = environment;
    this.errors = new ArrayList<>(errors);
  }

  /** Prints what is wrong, and what to know; returns the exit status. */
  int run(Console console) {
    Path file = settings.get(Settings.CONFIG_FILE);
    if (settings.unreadFile().isPresent()) {
      errors.add(new Place.InFile(file, 0, 0).error("you may not read this configuration file"));
    } else if (!Files.exists(file) && !settings.isSet(Settings.CONFIG_FILE)) {
      notes.add(file + ": this file is not there, so that the defaults are in force");
    }
    notes.addAll(settings.warnings());
    parts();
    variables();
    new KeyCheck(settings, notes).run(this::look);
    ClassArchive.unused().ifPresent(notes::add);
    directory(Settings.STATE_PATH, settings.get(Settings.STATE_PATH));
    directory(Settings.CACHE_PATH, settings.get(Settings.CACHE_PATH));
    for (String socket : settings.get(Settings.SOCKET_PATH).toString().split(",")) {
      directory(Settings.SOCKET_PATH, Path.of(socket).getParent());
    }
    String store = settings.get(Settings.DATASTORE);
    if (store.startsWith(FILE_STORE)) {
      directory(Settings.DATASTORE, Path.of(store.substring(FILE_STORE.length())));
    }
    notes.forEach(note -> console.error("note: " + note));
    if (!errors.isEmpty()) {
      return ErrorList.tell(ErrorCode.WRONG_SETTING, ValidationError.sorted(errors), console);
    }
    console.out().println(console.shown(file + ": nothing wrong was found"));
    return ExitStatus.OK;
  }

  /** What a start reads besides the directories and the keys. */
  private void parts() {
    Server.checks().forEach(this::look);
    Client.checks(Components.installed(ComponentDirectories.of(settings))).forEach(this::look);
    if (settings.hasDriver(Settings.ZEROMQ) && settings.hasDriver(Settings.NATS)) {
      notes.add("driver: a server may have both, a client has to choose one with --driver");
    }
    look(
        Settings.NATS_SERVER,
        () -> {
          if (settings.hasDriver(Settings.NATS)) {
            NatsServers.of(settings);
          }
        });
    errors.addAll(Server.roleErrors(settings));
    errors.addAll(Server.hookErrors(settings));
    look(Settings.CONTEXT, this::context);
  }

  private void context() throws IOException {
    try {
      Servers.check(settings, Contexts.of(environment));
    } catch (Failure e) {
      errors.add(error(Settings.CONTEXT, e.getMessage()));
    }
  }

  /** Variables that only look like those of settings, and those that only units of systemd have. */
  private void variables() {
    Set<String> known = new TreeSet<>();
    for (Setting<?> setting : Settings.ALL) {
      setting.variables().forEach(variable -> known.add(variable.substring(PREFIX.length())));
    }
    for (String variable : new TreeSet<>(environment.keySet())) {
      String word = variable.startsWith(PREFIX) ? variable.substring(PREFIX.length()) : "";
      if (!word.isEmpty() && !known.contains(word)) {
        Nearest.to(word, known)
            .ifPresent(
                near ->
                    notes.add(variable + " is no setting (did you mean " + PREFIX + near + "?)"));
      }
    }
    ofUnits(Unit.VARIABLES, environment).ifPresent(notes::add);
  }

  /**
   * What units of systemd read and this command does not.
   *
   * @param file with a line {@code NAME=VALUE} for each
   */
  static Optional<String> ofUnits(Path file, Map<String, String> environment) {
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(file)) {
      List<String> names =
          lines
              .map(line -> line.strip().replaceFirst("=.*", ""))
              .filter(name -> name.startsWith(PREFIX) && !environment.containsKey(name))
              .distinct()
              .sorted()
              .toList();
      return names.isEmpty()
          ? Optional.empty()
          : Optional.of(
              file
                  + " sets "
                  + String.join(", ", names)
                  + " for the services of systemd, which this command does not read: to have it"
                  + " counted here, give this command those variables");
    } catch (IOException | UncheckedIOException e) {
      return Optional.of(file + " cannot be read: " + e.getMessage());
    }
  }

  private void look(SettingsCheck check) {
    try {
      check.check(settings);
    } catch (WrongSettingException e) {
      errors.add(error(e));
    }
  }

  /** Notes as an error of the setting what it throws, unless that names another setting. */
  private void look(Setting<?> setting, KeyCheck.Look look) {
    try {
      look.run();
    } catch (WrongSettingException e) {
      errors.add(error(e));
    } catch (IOException e) {
      errors.add(error(setting, IoErrors.sayWhere(e)));
    }
  }

  /** Checks a directory. A missing one is made at a start, if that is possible. */
  private void directory(Setting<?> setting, Path directory) {
    Path there = directory.toAbsolutePath();
    while (!Files.exists(there)) {
      there = there.getParent();
    }
    String unfit = Files.isDirectory(there) ? unfit(there) : there + " is not a directory";
    if (unfit != null) {
      errors.add(error(setting, unfit + (there.equals(directory) ? "" : notMade(directory))));
    } else if (!Files.isWritable(there) || !Files.isExecutable(there)) {
      errors.add(
          error(
              setting,
              "this user may not write to "
                  + there
                  + (there.equals(directory) ? "" : notMade(directory))
                  + ": give this command as the user of server or client, or choose another"));
    }
  }

  private static String notMade(Path directory) {
    return ", so that " + directory + " cannot be made";
  }

  /** Why nobody can make a file there, whatever the modes say; null if that is possible. */
  private static String unfit(Path there) {
    try {
      FileStore on = Files.getFileStore(there);
      if (KERNEL_FILES.contains(on.type())) {
        return there + " shows the kernel's data (" + on.type() + "): no files can be kept there";
      }
      return on.isReadOnly() ? there + " is mounted read-only" : null;
    } catch (IOException e) {
      return IoErrors.sayWhere(e);
    }
  }

  private ValidationError error(WrongSettingException e) {
    Optional<Setting<?>> named =
        Settings.ALL.stream().filter(one -> one.name().equals(e.setting())).findFirst();
    return error(named.orElseThrow(), e.getMessage());
  }

  private ValidationError error(Setting<?> setting, String message) {
    return settings.origin(setting).orElse(new Place.Key(setting.key())).error(message);
  }
}
