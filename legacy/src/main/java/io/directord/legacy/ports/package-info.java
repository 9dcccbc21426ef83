/**
 * The ports for the Python clients of the original, which speak its wire: seven frames in the
 * clear, the shared key as password. Start with {@code LegacyTransport}, then {@code
 * LegacyJobSocket}: to the dispatcher its clients look like nodes of our own. There is one {@code
 * LegacyNode} for each identity: it remembers what was sent to the client, keeps the jobs of a
 * parent in order, and replies in place of the client where that cannot. {@code
 * LegacyContentSocket} serves files.
 *
 * <p>Sockets, threads and contexts are its own, so that clients of the original never delay nodes
 * of our own.
 */
package io.directord.legacy.ports;
