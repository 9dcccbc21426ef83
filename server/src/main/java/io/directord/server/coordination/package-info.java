/**
 * What verbs need on the server: one class for each verb that needs any, see {@link
 * io.directord.server.coordination.Coordinator}. Everything here is called by the core, on its
 * thread, and does no I/O: what it wants is said to the {@link
 * io.directord.server.coordination.Floor}.
 */
package io.directord.server.coordination;
