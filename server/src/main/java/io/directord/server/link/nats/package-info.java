/**
 * The transport over a NATS broker, which is not trusted. Start with {@link
 * io.directord.server.link.nats.NatsTransport}; {@link io.directord.server.link.nats.NatsJobs}
 * carries messages in sealed sessions, {@link io.directord.server.link.nats.NatsContents} the
 * content of ADD, COPY and FETCH, which is sealed by itself.
 */
package io.directord.server.link.nats;
