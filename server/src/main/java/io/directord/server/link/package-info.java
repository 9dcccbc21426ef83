/**
 * The ZeroMQ sockets that nodes connect to. Start with {@link io.directord.server.link.JobSocket};
 * {@link io.directord.server.link.ContentSocket} serves the content of ADD and COPY; {@link
 * io.directord.server.link.RouterLoop} is the loop of their threads. The only package of the server
 * that sees JeroMQ.
 */
package io.directord.server.link;
