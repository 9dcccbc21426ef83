/**
 * The server halves of verbs, one class for each verb that has one, see {@link
 * io.directord.server.coordination.Coordinator}. Everything here is called by the core, on its
 * thread, and does no I/O; effects go through the {@link io.directord.server.coordination.Floor}.
 */
package io.directord.server.coordination;
