package io.directord.server.api;

import io.directord.server.access.Access;
import io.directord.server.hook.IncomingHooks;
import io.directord.server.memory.MemoryBudget;
import io.directord.verbs.Components;
import java.time.InstantSource;

/**
 * The parameters of the API.
 *
 * @param addresses where it listens
 * @param components the verbs that exist
 * @param role what the server says of itself
 * @param memory for requests, and for replies and events that wait to be read
 * @param access who may do what
 * @param hooks what others may start
 */
public record ApiConfig(
    ApiAddresses addresses,
    Components components,
    ServerRole role,
    InstantSource clock,
    MemoryBudget memory,
    Access access,
    IncomingHooks hooks) {}
