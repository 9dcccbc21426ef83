package io.directord.server.api;

import io.directord.server.access.Authorizer;
import io.directord.server.memory.MemoryBudget;
import io.directord.verbs.Components;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * The parameters of the API.
 *
 * @param socket path to listen on
 * @param group who may connect, by name or number, beside the server's user; null leaves the user's
 *     own group
 * @param components the verbs that exist
 * @param version of the server's software
 * @param memory for requests, and for replies and events that wait to be read
 * @param authorizer decides what callers may do
 */
public record ApiConfig(
    Path socket,
    String group,
    Components components,
    String version,
    InstantSource clock,
    MemoryBudget memory,
    Authorizer authorizer) {}
