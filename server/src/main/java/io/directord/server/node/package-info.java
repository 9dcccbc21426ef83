/**
 * The nodes: enrolment, heartbeats, expiry. Start with {@link
 * io.directord.server.node.NodeRegistry}; {@link io.directord.server.node.TargetResolver} finds the
 * nodes of targets. Belongs to the dispatcher's thread.
 */
package io.directord.server.node;
