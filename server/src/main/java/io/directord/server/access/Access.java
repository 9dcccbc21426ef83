package io.directord.server.access;

import io.directord.server.audit.AuditLog;

/**
 * Who may do what, and what of it is recorded.
 *
 * @param authorizer decides what callers may ask for
 * @param roles from which callers have their rights
 */
public record Access(Authorizer authorizer, Roles roles, AuditLog audit) {}
