/**
 * The connection to the server. {@link io.directord.client.link.Link} is the loop; {@link
 * io.directord.client.link.Connection} is the socket it owns, {@link
 * io.directord.client.link.Outbox} what is to be said, {@link io.directord.client.link.Inbox} what
 * is done about what was heard. JeroMQ is seen in this package alone.
 */
package io.directord.client.link;
