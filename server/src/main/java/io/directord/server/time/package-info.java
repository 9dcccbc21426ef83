/**
 * The time by which the server decides: {@link io.directord.server.time.Attention}. Wall clocks,
 * which may be set at any moment, are for people and for long retention.
 */
package io.directord.server.time;
