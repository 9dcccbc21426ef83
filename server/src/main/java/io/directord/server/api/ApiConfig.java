package io.directord.server.api;

import io.directord.server.access.Access;
import io.directord.server.memory.MemoryBudget;
import io.directord.verbs.Components;
import java.time.InstantSource;

/**
 * The parameters of the API.
 *
 * @param addresses where it listens
 * @param components the verbs that exist
 * @param version of the server's software
 * @param memory for requests, and for replies and events that wait to be read
 * @param access who may do what
 */
public record ApiConfig(
    ApiAddresses addresses,
    Components components,
    String version,
    InstantSource clock,
    MemoryBudget memory,
    Access access) {}
