package io.directord.server.store;

import java.time.Instant;

/**
 * The client with which a node enrolled.
 *
 * @param version of its software
 * @param driver by which it reached the server
 * @param enrolledAt when
 */
public record EnrolledClient(String version, String driver, Instant enrolledAt) {}
