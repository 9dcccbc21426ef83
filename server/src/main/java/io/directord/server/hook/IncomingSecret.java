package io.directord.server.hook;

import io.directord.common.config.IncomingHook.Signing;
import io.directord.common.security.Digests;
import io.directord.common.security.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Knows who has signed a request that is to start a hook. Immutable. */
final class IncomingSecret {
  private static final String GITHUB_PREFIX = "sha256=";
  private static final int MIN_GITHUB_CHARACTERS = 16;

  /** By how much the clock of a caller may differ from this one. */
  static final Duration TOLERANCE = Duration.ofMinutes(5);

  private static final String ID = "[!-~]{1,200}";

  private final Signature standard;
  private final List<byte[]> github;

  private IncomingSecret(Signature standard, List<byte[]> github) {
    this.standard = standard;
    this.github = github;
  }

  /**
   * What was proved.
   *
   * @param delivery the same for each attempt of one delivery, and signed
   */
  record Proof(String delivery) {}

  /**
   * @param file of this user alone, with a secret a line; several while they are changed
   */
  static IncomingSecret of(Signing signing, Path file) throws IOException {
    if (signing == Signing.STANDARD) {
      return new IncomingSecret(Signature.of(file), List.of());
    }
    String text = new String(PrivateFiles.read(file), StandardCharsets.UTF_8);
    List<byte[]> secrets = new ArrayList<>();
    for (String line : text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList()) {
      if (line.length() < MIN_GITHUB_CHARACTERS) {
        throw tooShort(file);
      }
      secrets.add(line.getBytes(StandardCharsets.UTF_8));
    }
    if (secrets.isEmpty()) {
      throw tooShort(file);
    }
    return new IncomingSecret(null, secrets);
  }

  private static IOException tooShort(Path file) {
    return new IOException(
        file
            + ": a line with a secret of "
            + MIN_GITHUB_CHARACTERS
            + " characters or more is expected: openssl rand -hex 32");
  }

  /**
   * What a request proves; null if it proves nothing.
   *
   * @param header finds the only value of a header, or null
   */
  Proof proof(Function<String, String> header, byte[] body, Instant now) {
    return standard == null ? ofGithub(header, body) : ofStandard(header, body, now);
  }

  private Proof ofStandard(Function<String, String> header, byte[] body, Instant now) {
    String id = header.apply("webhook-id");
    String timestamp = header.apply("webhook-timestamp");
    String signatures = header.apply("webhook-signature");
    if (id == null
        || timestamp == null
        || signatures == null
        || !id.matches(ID)
        || !timestamp.matches("[0-9]{1,12}")) {
      return null;
    }
    Instant at = Instant.ofEpochSecond(Long.parseLong(timestamp));
    boolean isNow = Duration.between(at, now).abs().compareTo(TOLERANCE) <= 0;
    byte[] head = (id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
    return isNow && standard.isOneOf(signatures, head, body) ? new Proof(id) : null;
  }

  /** Only the body is signed, so it alone can say which delivery this is. */
  private Proof ofGithub(Function<String, String> header, byte[] body) {
    String shown = header.apply("x-hub-signature-256");
    if (shown == null || !shown.startsWith(GITHUB_PREFIX)) {
      return null;
    }
    byte[] given =
        shown
            .substring(GITHUB_PREFIX.length())
            .toLowerCase(Locale.ROOT)
            .getBytes(StandardCharsets.UTF_8);
    boolean found = false;
    for (byte[] secret : github) {
      byte[] right =
          HexFormat.of()
              .formatHex(Digests.hmacSha256(secret, body))
              .getBytes(StandardCharsets.US_ASCII);
      found |= MessageDigest.isEqual(right, given);
    }
    return found ? new Proof(Digests.sha256(body)) : null;
  }
}
