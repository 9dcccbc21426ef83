/**
 * Tells hooks what has happened: {@link io.directord.server.hook.HookSender} delivers what {@code
 * dispatch.HookBook} has decided, by HTTP or by a command, until it was taken.
 */
package io.directord.server.hook;
