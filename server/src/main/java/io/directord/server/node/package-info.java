/**
 * Who is there: enrolment, signs of life, expiry. Start with {@link
 * io.directord.server.node.NodeRegistry}. Belongs to the dispatcher's thread.
 */
package io.directord.server.node;
