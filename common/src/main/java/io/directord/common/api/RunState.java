package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.UUID;

/**
 * How far a parent has come that does not begin on all of its nodes at once.
 *
 * @param paused why no further node begins; null if some may
 * @param notBegun number of nodes on which nothing of it has begun
 * @param held number of those of them that are away, and are waited for
 * @param running number of nodes that have begun and not finished
 * @param failedNodes number of nodes on which it has failed
 * @param heldUntil until when nodes that are away are waited for; null if none are
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunState(
    UUID parentId,
    String paused,
    int notBegun,
    int held,
    int running,
    int failedNodes,
    Instant heldUntil) {}
