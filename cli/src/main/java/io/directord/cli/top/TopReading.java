package io.directord.cli.top;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.api.Bodies;
import io.directord.common.api.ServerStatus;
import java.time.Instant;

/**
 * The server at one moment.
 *
 * @param at by this machine's clock
 * @param resultsPerSecond since the moment before; null for the first, and after a restart of the
 *     server
 * @param jobs null if nodes are listed
 * @param nodes null if jobs are listed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TopReading(
    Instant at,
    ServerStatus status,
    ServerLoad load,
    Double resultsPerSecond,
    Bodies.Jobs jobs,
    Bodies.Nodes nodes) {}
