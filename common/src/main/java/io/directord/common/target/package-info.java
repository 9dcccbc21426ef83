/**
 * For which nodes something is: a {@link io.directord.common.target.Target} is what people and
 * programs write, a name or an expression. {@code TargetParser} has the grammar; the server finds
 * the nodes. {@code docs/targets.md} is the same for people.
 */
package io.directord.common.target;
