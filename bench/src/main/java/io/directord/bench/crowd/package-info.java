/**
 * Many nodes in few processes, for measuring the server: they join as real ones do and answer every
 * job at once. Start reading at {@link io.directord.bench.crowd.Simulator}.
 */
package io.directord.bench.crowd;
