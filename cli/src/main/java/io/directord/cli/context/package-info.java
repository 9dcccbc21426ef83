/**
 * Which server the command line uses: the one at the socket, or one of those that {@code directord
 * login} knows. Start with {@link io.directord.cli.context.Servers}.
 */
package io.directord.cli.context;
