package io.directord.server.hook;

import io.directord.common.security.PrivateFiles;
import io.directord.server.store.StoredHookEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs events as Standard Webhooks has it, so that receivers know who calls. Immutable. */
final class Signature {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String PREFIX = "whsec_";
  private static final int MIN_BYTES = 24;

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

  private static String mac(byte[] secret, String signed) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret, ALGORITHM));
      return Base64.getEncoder()
          .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
