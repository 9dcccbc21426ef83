package io.directord.server.api;

import io.directord.server.access.Authorizer;
import io.directord.server.memory.MemoryBudget;
import io.directord.verbs.Components;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * What the API is made with.
 *
 * @param socket where to listen
 * @param group who may connect, by name or number, beside the server's user; null leaves the user's
 *     own group
 * @param components the verbs that exist
 * @param version of the server's software
 * @param memory for requests, and for what waits for readers
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
