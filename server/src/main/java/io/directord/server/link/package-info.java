/**
 * The contract of a transport: how messages go to nodes and come from them, whatever carries them.
 * Start with {@link io.directord.server.link.Transport}. Implementations are in {@code
 * server.link.zeromq}, and in modules that plug in by {@link
 * io.directord.server.link.TransportProvider}.
 */
package io.directord.server.link;
