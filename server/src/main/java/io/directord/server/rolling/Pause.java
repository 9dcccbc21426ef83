package io.directord.server.rolling;

import java.time.Instant;

/**
 * Why no further node begins.
 *
 * @param by the user who paused it; null if the server did
 * @param why in words; null if more nodes have failed than may
 * @param at when, for people
 */
public record Pause(String by, String why, Instant at) {}
