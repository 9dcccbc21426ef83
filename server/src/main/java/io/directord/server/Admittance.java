package io.directord.server;

import io.directord.common.config.Settings;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.KeyFiles;
import io.directord.common.security.KeyStrength;
import io.directord.common.security.Sealing;
import io.directord.common.security.SharedKey;
import io.directord.common.security.SharedKeyFile;
import io.directord.common.security.Z85;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.WrongSettingException;
import io.directord.server.link.LinkSecurity;
import io.directord.server.link.nats.NatsTransport;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The settings that decide who may join, and where the ports listen.
 *
 * @param address to bind
 * @param sharedKey that nodes join with; null if they join otherwise
 */
record Admittance(String address, LinkSecurity security, String sharedKey) {
  private static final System.Logger LOG = System.getLogger(Admittance.class.getName());
  private static final String LOOPBACK = "127.0.0.1";

  /**
   * @param hasNodes whether nodes have joined this server before
   */
  static Admittance of(Settings settings, boolean hasNodes) throws IOException {
    String address = settings.get(Settings.BIND_ADDRESS);
    if (settings.get(Settings.INSECURE)) {
      String loopback = loopback(settings, address);
      LOG.log(
          Level.WARNING,
          "--insecure: neither authentication nor encryption. Every user of this machine may join as"
              + " any node: use it for experiments only");
      return new Admittance(loopback, new LinkSecurity.None(), null);
    }
    if (settings.get(Settings.CURVE_ENCRYPTION)) {
      return new Admittance(
          address, keyFiles(settings.get(Settings.CONFIG_FILE).getParent()), null);
    }
    String sharedKey = sharedKey(settings, hasNodes);
    KeyStrength.weakness(sharedKey).ifPresent(weak -> LOG.log(Level.WARNING, weak));
    String next = nextKey(settings, sharedKey);
    var security =
        new LinkSecurity.Shared(
            SharedKey.serverKeys(sharedKey), next == null ? null : SharedKey.serverKeys(next));
    return new Admittance(address, security, sharedKey);
  }

  /** Null for none. */
  private static String nextKey(Settings settings, String sharedKey) throws IOException {
    Path file = SharedKeyFile.nextBeside(settings.get(Settings.CONFIG_FILE));
    String next = settings.get(Settings.SHARED_KEY_NEXT);
    if (next == null && Files.exists(file)) {
      next = SharedKeyFile.load(file);
    }
    if (next == null) {
      return null;
    }
    if (next.equals(sharedKey)) {
      LOG.log(
          Level.WARNING,
          "shared_key_next is the same as shared_key: one key is valid. Remove it when all nodes have"
              + " that key");
      return null;
    }
    KeyStrength.weakness(next).ifPresent(weak -> LOG.log(Level.WARNING, weak));
    LOG.log(
        Level.INFO,
        "two shared keys are valid, as shared_key_next is set: nodes join with either of them");
    return next;
  }

  /** Keys under which secrets may be kept too; they are kept anew under the first one. */
  List<byte[]> formerKeepingKeys() {
    return security instanceof LinkSecurity.Shared shared && shared.next() != null
        ? List.of(Sealing.keepingKey(shared.next().secretKey()))
        : List.of();
  }

  /** The public keys by which nodes without a shared key know the server, in Z85. */
  List<String> joinKeys() {
    return security instanceof LinkSecurity.Shared shared
        ? shared.joinKeys().stream().map(pair -> Z85.encode(pair.publicKey())).toList()
        : List.of();
  }

  /** The key under which secrets are kept; null if the server has no key of its own. */
  byte[] keepingKey() {
    if (security instanceof LinkSecurity.Shared shared) {
      return Sealing.keepingKey(shared.keys().secretKey());
    }
    return security instanceof LinkSecurity.KeyFiles files
        ? Sealing.keepingKey(files.keys().secretKey())
        : null;
  }

  /** As {@link Server#checks}. */
  static void check(Settings settings) throws WrongSettingException {
    if (settings.get(Settings.INSECURE)) {
      loopback(settings, settings.get(Settings.BIND_ADDRESS));
      if (settings.hasDriver(Settings.NATS)) {
        throw NatsTransport.insecure();
      }
    }
  }

  private static String loopback(Settings settings, String address) throws WrongSettingException {
    if (!settings.isSet(Settings.BIND_ADDRESS)) {
      return LOOPBACK;
    }
    if (!isLoopback(address)) {
      throw new WrongSettingException(
          "bind-address",
          "--insecure lets every client in, so it listens on a loopback address only, not on "
              + address
              + ": leave out --bind-address, or --insecure");
    }
    return address;
  }

  private static boolean isLoopback(String address) {
    try {
      return !address.equals("*") && InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static LinkSecurity keyFiles(Path directory) throws IOException {
    KeyFiles files = new KeyFiles(directory);
    CurveKeyPair server = files.pair(KeyFiles.SERVER);
    return new LinkSecurity.KeyFiles(server, admitted(files.publicKeys()));
  }

  /** The key in NAME.key is that of node NAME, and the one in client.key that of any node. */
  static Map<String, Set<String>> admitted(Map<String, byte[]> keys) {
    Map<String, Set<String>> admitted = new HashMap<>();
    keys.forEach(
        (name, key) -> admitted.computeIfAbsent(Z85.encode(key), k -> new TreeSet<>()).add(name));
    admitted.values().stream()
        .filter(names -> names.contains(KeyFiles.ANY_NODE))
        .forEach(Set::clear);
    return admitted;
  }

  private static String sharedKey(Settings settings, boolean hasNodes) throws IOException {
    String given = settings.get(Settings.SHARED_KEY);
    if (given != null) {
      return given;
    }
    Path file = SharedKeyFile.beside(settings.get(Settings.CONFIG_FILE));
    boolean isNew = !Files.exists(file);
    if (isNew && hasNodes) {
      throw new WrongSettingException(
          "shared-key",
          "no shared key was given and "
              + file
              + " is not there, but nodes have joined with a key and would be locked out by a new"
              + " one. Put the file back, from a node for example; or write a new key into it, and"
              + " give that to the nodes");
    }
    String key;
    try {
      key = SharedKeyFile.loadOrCreate(file);
    } catch (FileSystemException e) {
      throw new IOException(
          "no shared key was given, and " + file + " cannot be read or made: " + IoErrors.say(e),
          e);
    }
    LOG.log(
        Level.INFO,
        "no shared key was given: {0} the one in {1}. A node joins with a copy of that file at the"
            + " same place, or with what is in it as DIRECTORD_SHARED_KEY",
        isNew ? "made" : "took",
        file);
    return key;
  }
}
