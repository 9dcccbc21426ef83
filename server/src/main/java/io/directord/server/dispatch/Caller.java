package io.directord.server.dispatch;

/**
 * On whose behalf the server does something.
 *
 * @param user as the kernel names the peer
 * @param hasServersRights whether it is root or the server's own user, so that it may have the
 *     server read any file for it
 */
public record Caller(String user, boolean hasServersRights) {}
