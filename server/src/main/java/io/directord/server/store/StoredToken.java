package io.directord.server.store;

import java.time.Instant;

/**
 * A token with which the remote API may be used. The token itself is kept nowhere.
 *
 * @param role by name
 * @param sha256 digest of the token's text, in lower-case hexadecimal
 * @param createdBy the caller
 */
public record StoredToken(
    String name,
    String role,
    String sha256,
    Instant createdAt,
    String createdBy,
    Instant expiresAt) {}
