/**
 * The one place that decides: jobs in, work out, results in. Start with {@link
 * io.directord.server.dispatch.Core}, which takes inputs and returns turns, and does nothing else;
 * {@link io.directord.server.dispatch.Dispatcher} is the loop around it, and {@link
 * io.directord.server.dispatch.Dispatch} what the API may ask of it from other threads.
 *
 * <p>Nothing is told to anybody before the store has it: what a turn changes goes to the store as
 * one group, and the core goes on with the turn's steps when that is committed.
 */
package io.directord.server.dispatch;
