/**
 * The way to the server over a NATS broker, which is not trusted. Start with {@link
 * io.directord.client.link.nats.NatsDriver}.
 */
package io.directord.client.link.nats;
