package io.directord.common.security;

import io.directord.common.input.GivenFile;
import io.directord.common.validation.WrongSettingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * CURVE certificates in ZeroMQ's own text format (ZPL, as {@code zmq.auth} writes it), laid out as
 * the original does: {@code private_keys/NAME.key_secret} and {@code public_keys/NAME.key} beside
 * the configuration.
 */
public final class KeyFiles {
  /** The name of the server's pair. */
  public static final String SERVER = "server";

  /** The name of a node's own pair there; at the server, of one that any node may have. */
  public static final String ANY_NODE = "client";

  private static final Pattern PUBLIC = Pattern.compile("public-key\\s*=\\s*\"([^\"]{40})\"");
  private static final Pattern SECRET = Pattern.compile("secret-key\\s*=\\s*\"([^\"]{40})\"");

  private static final String PUBLIC_SUFFIX = ".key";

  private final Path publicDirectory;
  private final Path privateDirectory;

  public KeyFiles(Path directory) {
    this.publicDirectory = directory.resolve("public_keys");
    this.privateDirectory = directory.resolve("private_keys");
  }

  /**
   * Makes key pairs of these names; files that are there get the suffix {@code .bak}.
   *
   * @return the files written
   */
  public List<Path> generate(List<String> names) throws IOException {
    Files.createDirectories(publicDirectory);
    PrivateFiles.makeDirectory(privateDirectory);
    List<Path> written = new ArrayList<>();
    for (String name : names) {
      CurveKeyPair pair = CurveKeyPair.generate();
      Path publicFile = publicFile(name);
      Path secretFile = secretFile(name);
      backUp(publicFile);
      backUp(secretFile);
      Files.writeString(publicFile, certificate(pair, false));
      PrivateFiles.create(secretFile, certificate(pair, true).getBytes(StandardCharsets.UTF_8));
      written.add(secretFile);
      written.add(publicFile);
    }
    return written;
  }

  /** The key pair of that name. */
  public CurveKeyPair pair(String name) throws IOException {
    Path file = secretFile(name);
    requireFile(file);
    String text = new String(PrivateFiles.read(file), StandardCharsets.UTF_8);
    CurveKeyPair pair = CurveKeyPair.ofSecret(find(SECRET, text, file));
    if (!Arrays.equals(find(PUBLIC, text, file), pair.publicKey())) {
      throw wrong(
          file + " is damaged: its two keys do not belong together. Put it back from a backup");
    }
    return pair;
  }

  /** The public key of that name. */
  public byte[] publicKey(String name) throws IOException {
    Path file = publicFile(name);
    requireFile(file);
    return find(PUBLIC, publicText(file), file);
  }

  /** All public keys by the names of their files: the nodes that may join. */
  public SortedMap<String, byte[]> publicKeys() throws IOException {
    SortedMap<String, byte[]> keys = new TreeMap<>();
    if (!Files.isDirectory(publicDirectory)) {
      return keys;
    }
    try (Stream<Path> files = Files.list(publicDirectory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(PUBLIC_SUFFIX)).toList()) {
        String name = file.getFileName().toString();
        String key = name.substring(0, name.length() - PUBLIC_SUFFIX.length());
        keys.put(key, find(PUBLIC, publicText(file), file));
      }
    }
    return keys;
  }

  private static String publicText(Path file) throws IOException {
    return new String(GivenFile.read(file, PrivateFiles.MAX_BYTES), StandardCharsets.UTF_8);
  }

  private Path publicFile(String name) {
    return publicDirectory.resolve(name + PUBLIC_SUFFIX);
  }

  private Path secretFile(String name) {
    return privateDirectory.resolve(name + ".key_secret");
  }

  private static void requireFile(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw wrong(file + " does not exist: `directord server --generate-keys` makes key files");
    }
  }

  private static WrongSettingException wrong(String message) {
    return new WrongSettingException("curve-encryption", message);
  }

  private static void backUp(Path file) throws IOException {
    if (Files.exists(file)) {
      Files.move(
          file,
          file.resolveSibling(file.getFileName() + ".bak"),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static byte[] find(Pattern key, String text, Path file) throws IOException {
    Matcher matcher = key.matcher(text);
    if (!matcher.find()) {
      throw wrong(file + " is not a CURVE certificate: no such key in it");
    }
    try {
      return Z85.decode(matcher.group(1));
    } catch (IllegalArgumentException e) {
      throw wrong(file + " is not a CURVE certificate: " + e.getMessage());
    }
  }

  private static String certificate(CurveKeyPair pair, boolean withSecret) {
    StringBuilder text = new StringBuilder();
    text.append("#   ZeroMQ CURVE ").append(withSecret ? "**Secret**" : "Public");
    text.append(" Certificate\n");
    text.append(
        withSecret
            ? "#   Keep this file where only its owner can read it.\n"
            : "#   Give it away.\n");
    text.append("\nmetadata\ncurve\n");
    text.append("    public-key = \"").append(Z85.encode(pair.publicKey())).append("\"\n");
    if (withSecret) {
      text.append("    secret-key = \"").append(Z85.encode(pair.secretKey())).append("\"\n");
    }
    return text.toString();
  }
}
