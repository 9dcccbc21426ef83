/**
 * The one place that decides: jobs in, work out, results in. Start with {@link
 * io.directord.server.dispatch.Dispatcher}, whose thread owns everything here; {@link
 * io.directord.server.dispatch.Dispatch} is what the API may ask of it from other threads.
 *
 * <p>Nothing is told to anybody before the store has it: what a turn of the loop changes goes to
 * the store as one group, and what shall happen then comes back as the group's effects.
 */
package io.directord.server.dispatch;
