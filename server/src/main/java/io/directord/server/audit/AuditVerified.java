package io.directord.server.audit;

import java.time.Instant;

/**
 * What a check of the whole log has found.
 *
 * @param lines that hold together
 * @param first number of the first line that is there
 * @param since time of that; null if there is none
 * @param error where the chain is broken, and how; null if it is not
 */
public record AuditVerified(long lines, long first, Instant since, String error) {}
