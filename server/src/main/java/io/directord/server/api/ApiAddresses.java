package io.directord.server.api;

import java.nio.file.Path;

/**
 * Where the API listens.
 *
 * @param socket path of the Unix socket
 * @param group who may connect to it, by name or number, beside the server's user; null leaves the
 *     user's own group
 * @param remote for other machines; null for the socket alone
 */
public record ApiAddresses(Path socket, String group, RemoteConfig remote) {}
