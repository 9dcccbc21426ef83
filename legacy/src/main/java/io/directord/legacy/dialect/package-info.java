/**
 * What the original's programs say at the socket and expect to hear: one JSON object, then an
 * answer and the end of the connection. Start with {@link io.directord.legacy.dialect.Dialect}. It
 * turns their words into jobs and questions of ours, and our answers into theirs; it knows nothing
 * of sockets.
 */
package io.directord.legacy.dialect;
