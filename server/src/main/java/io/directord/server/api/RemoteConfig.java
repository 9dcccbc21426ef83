package io.directord.server.api;

import io.directord.common.security.ServerCertificate;
import java.net.InetSocketAddress;

/**
 * Where the API can be used from other machines.
 *
 * @param address to listen at; port 0 for any
 * @param certificate by which callers know the server
 */
public record RemoteConfig(InetSocketAddress address, ServerCertificate certificate) {}
