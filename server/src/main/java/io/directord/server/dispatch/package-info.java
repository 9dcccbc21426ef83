/**
 * All decisions of the server: jobs in, work out, results in. Start with {@link
 * io.directord.server.dispatch.Core}, which takes inputs and returns turns, and does nothing else;
 * {@link io.directord.server.dispatch.Dispatcher} is the loop around it, and {@link
 * io.directord.server.dispatch.Dispatch} its interface for the API.
 *
 * <p>Nothing is sent before it is committed: the changes of a turn go to the store as one group,
 * and the core continues with the turn's steps when that is committed.
 */
package io.directord.server.dispatch;
