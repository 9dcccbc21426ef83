/**
 * What the server says of itself in figures, as Prometheus reads them; see {@code docs/metrics.md}.
 * Start at {@link io.directord.server.metrics.Meters} for what is counted while the server works,
 * and at {@link io.directord.server.metrics.Exposition} for what is read when somebody asks. Only
 * this package sees the library. The dispatcher counts, the API asks.
 */
package io.directord.server.metrics;
