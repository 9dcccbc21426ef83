package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.common.config.NatsServers;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.security.KeyFiles;
import io.directord.common.security.KeyStrength;
import io.directord.common.security.SharedKeyFile;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import io.directord.common.validation.WrongSettingException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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

  private final Settings settings;
  private final List<ValidationError> errors;
  private final List<String> notes = new ArrayList<>();

  /**
   * @param errors in what was read; the settings are those without any
   */
  ConfigCheck(Settings settings, List<ValidationError> errors) {
    this.settings = settings;
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
    ports();
    broker();
    key();
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

  private void ports() {
    try {
      settings.requireDifferentPorts();
    } catch (WrongSettingException e) {
      wrong(e);
    }
  }

  private void broker() {
    try {
      if (settings.hasDriver(Settings.NATS)) {
        NatsServers.of(settings);
      }
    } catch (WrongSettingException e) {
      wrong(e);
    }
  }

  private void key() {
    if (settings.get(Settings.INSECURE)) {
      notes.add("insecure: every program of this machine can join and send jobs");
      return;
    }
    Path directory = settings.get(Settings.CONFIG_FILE).toAbsolutePath().getParent();
    try {
      if (settings.get(Settings.CURVE_ENCRYPTION)) {
        curve(directory);
      } else {
        shared(SharedKeyFile.beside(settings.get(Settings.CONFIG_FILE)));
      }
    } catch (WrongSettingException e) {
      wrong(e);
    } catch (IOException e) {
      errors.add(error(Settings.SHARED_KEY, IoErrors.sayWhere(e)));
    }
  }

  private void shared(Path file) throws IOException {
    String key = settings.get(Settings.SHARED_KEY);
    if (key == null && !Files.exists(file)) {
      notes.add(
          "no shared key is set, and "
              + file
              + " is not there: a server makes it at its first start, and a node needs a copy, or a"
              + " join token");
      return;
    }
    KeyStrength.weakness(key == null ? SharedKeyFile.load(file) : key).ifPresent(notes::add);
  }

  /** A server has its own secret key there, a node the one of clients; one of them is enough. */
  private static void curve(Path directory) throws IOException {
    KeyFiles files = new KeyFiles(directory);
    boolean isNode = Files.exists(directory.resolve("private_keys/client.key_secret"));
    boolean isServer = Files.exists(directory.resolve("private_keys/server.key_secret"));
    if (isServer || !isNode) {
      files.pair(KeyFiles.SERVER);
    }
    if (isNode) {
      files.pair(KeyFiles.ANY_NODE);
      files.publicKey(KeyFiles.SERVER);
    }
  }

  /** One that is not there is made at a start, if that is possible. */
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

  private void wrong(WrongSettingException e) {
    Optional<Setting<?>> setting =
        Settings.ALL.stream().filter(one -> one.name().equals(e.setting())).findFirst();
    errors.add(error(setting.orElseThrow(), e.getMessage()));
  }

  private ValidationError error(Setting<?> setting, String message) {
    return settings.origin(setting).orElse(new Place.Key(setting.key())).error(message);
  }
}
