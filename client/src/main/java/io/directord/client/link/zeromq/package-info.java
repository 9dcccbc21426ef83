/**
 * The way to the server over ZeroMQ, with CURVE for jobs. Start with {@link
 * io.directord.client.link.zeromq.ZeroMqDriver}. JeroMQ is seen in this package alone.
 */
package io.directord.client.link.zeromq;
