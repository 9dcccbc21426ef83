/**
 * HTTP/1.1 with JSON over the Unix socket. {@code ApiServer} starts and stops it; {@code Routes}
 * lists the routes; {@code HttpConnection} is one connection's life, {@code Receiver} one
 * request's. Only this package knows Netty.
 *
 * <p>Event loop threads move bytes and never block; parsing, hashing and disk access run on {@code
 * Workers}.
 */
package io.directord.server.api;
