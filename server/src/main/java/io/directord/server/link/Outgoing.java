package io.directord.server.link;

/**
 * One message to one node.
 *
 * @param redelivery whether the node may have been told the same before: by an earlier connection
 *     or an earlier server
 */
public record Outgoing(NodeAddress to, Envelope message, boolean redelivery) {}
