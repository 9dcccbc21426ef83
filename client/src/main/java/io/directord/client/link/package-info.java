/**
 * What the node and the server say to each other, whatever carries it. {@link
 * io.directord.client.link.Link} is the loop; {@link io.directord.client.link.Driver} makes the
 * connections, {@link io.directord.client.link.NodeOutbox} is what is to be said, {@link
 * io.directord.client.link.ServerInbox} what is done about what was heard. Drivers have packages of
 * their own below this one, which nothing here knows.
 */
package io.directord.client.link;
