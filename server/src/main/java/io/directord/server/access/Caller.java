package io.directord.server.access;

/**
 * On whose behalf the server does something: found out once for each connection, and carried by
 * every request of it.
 *
 * @param user as the kernel names the peer; the number of a user without a name
 * @param hasServersRights whether it is root or the server's own user, so that it may have the
 *     server read any file for it, and is never kept out by what others use
 */
public record Caller(String user, boolean hasServersRights) {}
