package io.directord.client;

import io.directord.client.link.zeromq.ServerAddress;
import io.directord.common.config.KeyPlaces;
import io.directord.common.config.Settings;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.KeyFiles;
import io.directord.common.security.NodeKey;
import io.directord.common.security.PrivateFiles;
import io.directord.common.validation.WrongSettingException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The server's address, and the keys chosen by the settings. */
final class ServerKeys {
  private static final Logger LOG = System.getLogger(ServerKeys.class.getName());
  private static final String NODE_KEY_FILE = "node_key";
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "::1");

  private ServerKeys() {}

  /**
   * How this node joins without a shared key; null if it has one, or its keys are otherwise.
   *
   * @throws WrongSettingException if its join token cannot be read
   */
  static Joining joining(Settings settings, Path state) throws IOException {
    KeyPlaces places = new KeyPlaces(settings);
    return places.areUsed() && !places.hasSharedKey() ? Joining.of(settings, state) : null;
  }

  /**
   * @param joining as {@link #joining} has it
   * @param state directory of the node's own key, which is made if missing
   * @throws WrongSettingException if the settings do not say which keys to use
   */
  static ServerAddress address(Settings settings, Joining joining, Path state) throws IOException {
    return address(settings, joining, () -> NodeKey.loadOrCreate(state.resolve(NODE_KEY_FILE)));
  }

  /** The same for somebody who only looks: a key that is missing is made and not kept. */
  static ServerAddress addressToAsk(Settings settings, Joining joining, Path state)
      throws IOException {
    Path file = state.resolve(NODE_KEY_FILE);
    return address(
        settings,
        joining,
        () -> Files.exists(file) ? NodeKey.loadOrCreate(file) : CurveKeyPair.generate());
  }

  /** Gives the node's own key. */
  private interface KeySource {
    CurveKeyPair get() throws IOException;
  }

  /** As {@link Client#checks}. */
  static void check(Settings settings) throws WrongSettingException {
    List<String> hosts = settings.serverAddresses();
    if (settings.get(Settings.INSECURE) && !LOOPBACK.containsAll(hosts)) {
      throw new WrongSettingException(
          "server-address",
          "--insecure is for a server on this machine only, not for " + String.join(",", hosts));
    }
  }

  private static ServerAddress address(Settings settings, Joining joining, KeySource nodeKey)
      throws IOException {
    List<String> hosts = settings.serverAddresses();
    int port = settings.get(Settings.JOB_PORT);
    if (settings.get(Settings.INSECURE)) {
      check(settings);
      return ServerAddress.of(hosts, port, null, null);
    }
    if (settings.get(Settings.CURVE_ENCRYPTION)) {
      KeyFiles files = new KeyFiles(settings.get(Settings.CONFIG_FILE).getParent());
      return ServerAddress.of(
          hosts, port, files.publicKey(KeyFiles.SERVER), files.pair(KeyFiles.ANY_NODE));
    }
    return new ServerAddress(
        hosts, port, joining == null ? new SharedKeys(settings) : joining, nodeKey.get());
  }

  /** Writes the node's own key again if its file was removed. */
  static void upkeep(Settings settings, Path state, ServerAddress server) throws IOException {
    Path file = state.resolve(NODE_KEY_FILE);
    if (!new KeyPlaces(settings).areUsed() || Files.exists(file)) {
      return;
    }
    PrivateFiles.makeDirectory(state);
    NodeKey.save(file, server.nodeKeys());
    LOG.log(
        Level.ERROR,
        "the node''s key {0} was removed while it was in use. It is written again, so that the server"
            + " knows this node at its next start",
        file);
  }
}
