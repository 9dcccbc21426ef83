/**
 * The server: takes jobs, sends them to nodes, keeps their results. Start with {@link
 * io.directord.server.Server}, which puts the rooms together; {@link
 * io.directord.server.dispatch.Dispatcher} decides.
 */
package io.directord.server;
