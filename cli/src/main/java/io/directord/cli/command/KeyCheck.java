package io.directord.cli.command;

import io.directord.client.ClientStatus;
import io.directord.common.config.JoinTokenFile;
import io.directord.common.config.KeyPlaces;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.security.KeyFiles;
import io.directord.common.security.KeyStrength;
import io.directord.common.security.SharedKeyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Looks at the keys with which a server or a client would start, each read as they read it. */
final class KeyCheck {
  private final Settings settings;
  private final KeyPlaces places;
  private final List<String> notes;

  /** Looks at one key. */
  @FunctionalInterface
  interface Look {
    void run() throws IOException;
  }

  /** Notes what is wrong with a setting, if anything is. */
  @FunctionalInterface
  interface Reporter {
    void look(Setting<?> setting, Look look);
  }

  /**
   * @param notes receives what is no error
   */
  KeyCheck(Settings settings, List<String> notes) {
    this.settings = settings;
    this.places = new KeyPlaces(settings);
    this.notes = notes;
  }

  void run(Reporter reporter) {
    if (settings.get(Settings.INSECURE)) {
      notes.add("insecure: every program of this machine can join and send jobs");
    } else if (settings.get(Settings.CURVE_ENCRYPTION)) {
      Path file = settings.get(Settings.CONFIG_FILE).toAbsolutePath();
      reporter.look(Settings.SHARED_KEY, () -> curve(file.getParent()));
    } else {
      reporter.look(Settings.SHARED_KEY, () -> shared(Settings.SHARED_KEY));
      reporter.look(Settings.SHARED_KEY_NEXT, () -> shared(Settings.SHARED_KEY_NEXT));
      reporter.look(Settings.JOIN_TOKEN, this::token);
    }
  }

  private void shared(Setting<String> setting) throws IOException {
    Optional<Path> file = places.fileOf(setting);
    String key = file.isPresent() ? SharedKeyFile.load(file.get()) : settings.get(setting);
    if (key != null) {
      KeyStrength.weakness(key).ifPresent(notes::add);
    }
  }

  private void token() throws IOException {
    boolean hasToken = JoinTokenFile.read(settings).isPresent();
    if (places.hasSharedKey()) {
      if (hasToken) {
        notes.add("there is a shared key and a join token: a client uses the shared key");
      }
    } else if (!hasToken && ClientStatus.serverKeys(settings.get(Settings.STATE_PATH)).isEmpty()) {
      notes.add(
          "no shared key is set, and "
              + places.sharedKey()
              + " is not there: a server makes it at its first start, and a node needs a copy, or a"
              + " join token, also as the file "
              + places.joinToken());
    }
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
}
