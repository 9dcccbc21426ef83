/**
 * HTTP/1.1 with JSON over the Unix socket. {@code ApiServer} starts and stops it; {@code Routes}
 * lists what may be asked; {@code HttpConnection} is one connection's life, {@code Receiver} one
 * request's. Only this package knows Netty.
 *
 * <p>Event loop threads move bytes and never wait; what parses, hashes or touches the disk runs on
 * {@code Workers}.
 */
package io.directord.server.api;
