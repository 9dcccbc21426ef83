/**
 * Many simulated nodes in few processes, for measuring the server: they join as real nodes do, and
 * return a result for every job at once. Start reading at {@link
 * io.directord.bench.crowd.Simulator}.
 */
package io.directord.bench.crowd;
