/**
 * The ports for the Python clients of the original, which speak its wire: seven frames in the
 * clear, the shared key as password. Start with {@code LegacyTransport}, then {@code
 * LegacyJobSocket}: to the dispatcher its clients look like nodes of our own. {@code LegacyNode} is
 * what makes them so, one for each identity: it remembers what a client was told, keeps the jobs of
 * a parent in order, and answers for what such a client cannot do. {@code LegacyContentSocket}
 * hands out files.
 *
 * <p>Sockets, threads and contexts are its own, so that nothing said here holds up nodes of our
 * own.
 */
package io.directord.legacy.ports;
