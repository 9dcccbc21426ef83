/**
 * What server and nodes need to speak over a NATS broker that neither of them trusts. {@link
 * io.directord.nats.Broker} is the connection to the broker, and the only class here that sees
 * jnats; {@link io.directord.nats.NodeHandshake} and {@link io.directord.nats.ServerHandshake} make
 * a {@link io.directord.nats.SealedSession} of it. Used by {@code server.link.nats} and {@code
 * client.link.nats}.
 */
package io.directord.nats;
