package io.directord.legacy.ports;

import io.directord.server.link.Credential;
import io.directord.server.link.zeromq.Gatekeeper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/** Admits clients that present the shared key, the only credential of a client of the original. */
final class LegacyGate implements Gatekeeper.Check {
  private static final String MECHANISM = "PLAIN";

  /** All clients of the original have this name. */
  private static final byte[] USER = "admin".getBytes(StandardCharsets.US_ASCII);

  private final byte[] sharedKey;

  LegacyGate(String sharedKey) {
    this.sharedKey = sharedKey.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Credential check(String mechanism, List<byte[]> credentials) {
    boolean ok =
        mechanism.equals(MECHANISM)
            && credentials.size() == 2
            && MessageDigest.isEqual(credentials.get(0), USER)
            && MessageDigest.isEqual(credentials.get(1), sharedKey);
    return ok ? new Credential.SharedSecret() : null;
  }

  @Override
  public String refusal() {
    return "refused a client of the original: it has another shared key than these ports take";
  }
}
