/**
 * The original's protocol at the socket: one JSON object, then a reply and the end of the
 * connection. Start with {@link io.directord.legacy.dialect.Dialect}, which translates requests and
 * replies; it knows nothing of sockets.
 */
package io.directord.legacy.dialect;
