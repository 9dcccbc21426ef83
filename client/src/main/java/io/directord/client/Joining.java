package io.directord.client;

import io.directord.common.config.JoinTokenFile;
import io.directord.common.config.Settings;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.JoinProof;
import io.directord.common.security.JoinToken;
import io.directord.common.security.PrivateFiles;
import io.directord.common.security.Z85;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * How a node without a shared key knows the server, and shows that it may join: by a join token
 * until it has joined, then by the join keys that the server has told it, which are kept in a file.
 * The token is read anew whenever it is used, so that a new one needs no restart. For one thread.
 */
final class Joining implements Supplier<List<byte[]>> {
  private static final System.Logger LOG = System.getLogger(Joining.class.getName());

  /** In the state directory of the client. */
  static final String KNOWN_KEYS = "server_keys";

  private final Settings settings;
  private final Path file;
  private final Rereading rereading = new Rereading("the join token");
  private List<byte[]> known;
  private JoinToken token;

  private Joining(Settings settings, Path file) {
    this.settings = settings;
    this.file = file;
  }

  /**
   * Null if this node has no join token, and has not joined with one before.
   *
   * @param state directory of the client
   * @throws WrongSettingException if the token cannot be read
   */
  static Joining of(Settings settings, Path state) throws IOException {
    Joining joining = new Joining(settings, state.resolve(KNOWN_KEYS));
    joining.token = joining.readToken();
    joining.known = joining.readKnown();
    return joining.token == null && joining.known.isEmpty() ? null : joining;
  }

  /** The keys that the server may have; those that it has told come first. */
  @Override
  public List<byte[]> get() {
    refresh();
    List<byte[]> keys = new ArrayList<>(known);
    if (token != null && known.stream().noneMatch(this::isOfToken)) {
      keys.add(token.serverKey());
    }
    return keys;
  }

  private boolean isOfToken(byte[] key) {
    return Arrays.equals(key, token.serverKey());
  }

  private void refresh() {
    try {
      JoinToken read = readToken();
      // The server is always known by some key.
      token = read == null && known.isEmpty() ? token : read;
      rereading.succeeded();
    } catch (IOException e) {
      rereading.failed(e);
    }
  }

  /** What the server is shown; null if there is no token. */
  JoinProof proof(CurveKeyPair nodeKeys, String identity, String machineId) {
    refresh();
    return token == null ? null : token.proof(nodeKeys.publicKey(), identity, machineId);
  }

  /**
   * The server has welcomed this node, and told the keys by which it will be known.
   *
   * @param joinKeys in Z85; empty if it has told none
   */
  void welcomed(List<String> joinKeys) {
    List<String> before = known.stream().map(Z85::encode).toList();
    if (joinKeys.isEmpty() || joinKeys.equals(before) && Files.exists(file)) {
      return;
    }
    try {
      List<byte[]> keys = joinKeys.stream().map(Joining::key).toList();
      save(joinKeys);
      known = keys;
    } catch (IOException | IllegalArgumentException e) {
      LOG.log(
          Level.WARNING,
          "the server''s keys cannot be kept in {0}, so that this node needs its join token at the"
              + " next start: {1}",
          file,
          e instanceof IOException io ? IoErrors.say(io) : e.getMessage());
    }
  }

  private void save(List<String> keys) throws IOException {
    Path next = file.resolveSibling(KNOWN_KEYS + ".new");
    Files.deleteIfExists(next);
    PrivateFiles.create(next, (String.join("\n", keys) + "\n").getBytes(StandardCharsets.US_ASCII));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private List<byte[]> readKnown() throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    String text = new String(PrivateFiles.read(file), StandardCharsets.US_ASCII);
    try {
      return text.lines().filter(line -> !line.isBlank()).map(Joining::key).toList();
    } catch (IllegalArgumentException e) {
      throw new IOException(
          file
              + " is damaged: remove it, and give this node a new join token, from"
              + " 'directord join-token create' at the server",
          e);
    }
  }

  private static byte[] key(String z85) {
    byte[] key = Z85.decode(z85.strip());
    if (key.length != CurveKeyPair.KEY_BYTES) {
      throw new IllegalArgumentException("a key has " + CurveKeyPair.KEY_BYTES + " bytes");
    }
    return key;
  }

  /** Null if there is none. */
  private JoinToken readToken() throws IOException {
    return JoinTokenFile.read(settings).orElse(null);
  }
}
