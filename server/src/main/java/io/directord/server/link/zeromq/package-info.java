/**
 * The ports for clients of directord. Start with {@link
 * io.directord.server.link.zeromq.ZeroMqTransport}; {@link
 * io.directord.server.link.zeromq.JobSocket} carries messages, {@link
 * io.directord.server.link.zeromq.ContentSocket} the content of ADD and COPY; {@link
 * io.directord.server.link.zeromq.RouterLoop} is the loop of their threads. The only package of the
 * server that sees JeroMQ.
 */
package io.directord.server.link.zeromq;
