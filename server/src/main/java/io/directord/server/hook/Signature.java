package io.directord.server.hook;

import io.directord.common.security.Digests;
import io.directord.common.security.PrivateFiles;
import io.directord.server.store.StoredHookEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** Signs events as Standard Webhooks has it, so that receivers know who calls. Immutable. */
final class Signature {
  private static final String PREFIX = "whsec_";
  private static final int MIN_BYTES = 24;

  /** Signatures of a request that are looked at. */
  private static final int MAX_SHOWN = 10;

  private final List<byte[]> secrets;

  private Signature(List<byte[]> secrets) {
    this.secrets = secrets;
  }

  /**
   * @param file of this user alone, with a secret a line; several while they are changed
   */
  static Signature of(Path file) throws IOException {
    List<byte[]> secrets = new ArrayList<>();
    String text = new String(PrivateFiles.read(file), StandardCharsets.UTF_8);
    for (String line : text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList()) {
      secrets.add(secret(line, file));
    }
    if (secrets.isEmpty()) {
      throw wrong(file);
    }
    return new Signature(secrets);
  }

  private static byte[] secret(String line, Path file) throws IOException {
    try {
      byte[] secret = Base64.getDecoder().decode(line.substring(PREFIX.length()));
      if (line.startsWith(PREFIX) && secret.length >= MIN_BYTES) {
        return secret;
      }
    } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
      throw wrong(file);
    }
    throw wrong(file);
  }

  private static IOException wrong(Path file) {
    return new IOException(
        file
            + ": a line such as whsec_... is expected, with "
            + MIN_BYTES
            + " random bytes or more in base64: echo whsec_$(openssl rand -base64 32)");
  }

  /** What the receiver compares. */
  String of(StoredHookEvent event, Instant now) {
    String signed = event.id() + "." + now.getEpochSecond() + "." + event.body();
    return secrets.stream()
        .map(secret -> "v1," + mac(secret, signed))
        .collect(Collectors.joining(" "));
  }

  /**
   * Whether one of the signatures that a request shows is right.
   *
   * @param shown as {@code v1,BASE64}, separated by spaces
   * @param parts of what is signed
   */
  boolean isOneOf(String shown, byte[]... parts) {
    boolean found = false;
    for (byte[] secret : secrets) {
      byte[] right = ("v1," + encoded(secret, parts)).getBytes(StandardCharsets.UTF_8);
      for (String one : shown.split(" ", MAX_SHOWN)) {
        found |= MessageDigest.isEqual(right, one.getBytes(StandardCharsets.UTF_8));
      }
    }
    return found;
  }

  private static String mac(byte[] secret, String signed) {
    return encoded(secret, signed.getBytes(StandardCharsets.UTF_8));
  }

  private static String encoded(byte[] secret, byte[]... parts) {
    return Base64.getEncoder().encodeToString(Digests.hmacSha256(secret, parts));
  }
}
