package io.directord.server.rolling;

/**
 * Sets of a rollout's nodes, as bits by the index of the node: what {@link
 * java.util.BitSet#toByteArray} makes of them.
 *
 * @param begun nodes to which it was given
 * @param freed nodes whose place was given back
 * @param failed nodes on which it has failed
 * @param forgiven those of them that count no more, since it was resumed
 */
public record NodeSets(byte[] begun, byte[] freed, byte[] failed, byte[] forgiven) {}
