/**
 * For which nodes something is: a {@link io.directord.common.target.Target} is what people and
 * programs write. The server finds the nodes that it stands for.
 */
package io.directord.common.target;
