/**
 * The contract of a transport, which carries messages to and from nodes. Start with {@link
 * io.directord.server.link.Transport}. Implementations are in {@code server.link.zeromq}, and in
 * modules that plug in by {@link io.directord.server.link.TransportProvider}.
 */
package io.directord.server.link;
