/**
 * Who is there: enrolment, signs of life, expiry. Start with {@link
 * io.directord.server.node.NodeRegistry}; {@link io.directord.server.node.TargetResolver} finds who
 * is meant. Belongs to the dispatcher's thread.
 */
package io.directord.server.node;
