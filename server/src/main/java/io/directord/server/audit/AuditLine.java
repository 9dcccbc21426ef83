package io.directord.server.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;

/**
 * One line of the log.
 *
 * @param seq its number, from 1
 * @param previous SHA-256 of the line before it, in hexadecimal; zeros for the first one
 */
record AuditLine(
    long seq,
    Instant at,
    @JsonUnwrapped @JsonInclude(JsonInclude.Include.NON_NULL) AuditEntry entry,
    String previous) {}
