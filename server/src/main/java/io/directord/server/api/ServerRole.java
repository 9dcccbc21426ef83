package io.directord.server.api;

import io.directord.common.api.Leadership;
import java.util.function.Supplier;

/**
 * What a server says of itself.
 *
 * @param version of its software
 * @param leadership who leads of several servers; gives null if there is only one
 * @param trouble what keeps the server from leading, or from nodes; gives null for nothing
 */
public record ServerRole(
    String version, Supplier<Leadership> leadership, Supplier<String> trouble) {}
