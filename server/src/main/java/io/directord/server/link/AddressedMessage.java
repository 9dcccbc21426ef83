package io.directord.server.link;

/**
 * One message to one node.
 *
 * @param redelivery whether the node may have received it before, by an earlier connection or from
 *     an earlier server
 */
public record AddressedMessage(NodeAddress to, Envelope message, boolean redelivery) {}
