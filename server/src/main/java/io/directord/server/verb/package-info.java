/**
 * The verbs that exist where the server is. Jobs come planned, as a rule; one that was written by
 * hand, or by a program that knows nothing of definitions, is completed here before the dispatcher
 * sees it. Start with {@link io.directord.server.verb.InstalledVerbs}.
 */
package io.directord.server.verb;
