package io.directord.client;

import io.directord.common.config.KeyPlaces;
import io.directord.common.config.Settings;
import io.directord.common.security.KeyStrength;
import io.directord.common.security.SharedKey;
import io.directord.common.security.SharedKeyFile;
import io.directord.common.validation.WrongSettingException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The public keys by which the server may be known: that of the shared key, and of the next one
 * while keys are changed. Files of keys are read anew for every attempt to connect, so that nodes
 * need not be restarted for it. For one thread.
 */
final class SharedKeys implements Supplier<List<byte[]>> {
  private static final System.Logger LOG = System.getLogger(SharedKeys.class.getName());

  private final Settings settings;

  /** By the shared key, since each takes a while. */
  private final Map<String, byte[]> derived = new HashMap<>();

  private final Rereading rereading = new Rereading("the shared key");
  private List<byte[]> current;

  /**
   * @throws WrongSettingException if there is no shared key
   */
  SharedKeys(Settings settings) throws IOException {
    this.settings = settings;
    this.current = derive(read());
  }

  @Override
  public List<byte[]> get() {
    try {
      current = derive(read());
      rereading.succeeded();
    } catch (IOException e) {
      rereading.failed(e);
    }
    return current;
  }

  private List<byte[]> derive(Set<String> keys) {
    derived.keySet().retainAll(keys);
    List<byte[]> all = new ArrayList<>();
    for (String key : keys) {
      if (!derived.containsKey(key)) {
        KeyStrength.weakness(key).ifPresent(weak -> LOG.log(Level.WARNING, weak));
        derived.put(key, SharedKey.serverKeys(key).publicKey());
      }
      all.add(derived.get(key));
    }
    return all;
  }

  /** The first one is tried first. */
  private Set<String> read() throws IOException {
    KeyPlaces places = new KeyPlaces(settings);
    Set<String> keys = new LinkedHashSet<>();
    if (settings.get(Settings.SHARED_KEY) != null) {
      keys.add(settings.get(Settings.SHARED_KEY));
    } else {
      Path file = places.sharedKey();
      if (!Files.exists(file)) {
        throw new WrongSettingException(
            "shared-key",
            "no shared key is set: give the server's with DIRECTORD_SHARED_KEY, with shared_key in"
                + " the configuration file, or as the file "
                + file
                + "; or a join token of the server with DIRECTORD_JOIN_TOKEN, or as the file "
                + places.joinToken());
      }
      keys.add(SharedKeyFile.load(file));
    }
    Path next = places.sharedKeyNext();
    if (settings.get(Settings.SHARED_KEY_NEXT) != null) {
      keys.add(settings.get(Settings.SHARED_KEY_NEXT));
    } else if (Files.exists(next)) {
      keys.add(SharedKeyFile.load(next));
    }
    return keys;
  }
}
