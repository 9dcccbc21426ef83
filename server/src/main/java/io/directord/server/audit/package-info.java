/**
 * The record of what callers have asked for: {@link io.directord.server.audit.AuditLog} keeps it in
 * files of JSON lines, each of which holds the digest of the one before.
 */
package io.directord.server.audit;
