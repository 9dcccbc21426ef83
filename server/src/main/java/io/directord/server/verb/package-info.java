/**
 * The verbs installed beside the server. Jobs are usually planned; one written by hand or by a
 * program, without definitions, is completed here before it is dispatched. Start with {@link
 * io.directord.server.verb.InstalledVerbs}.
 */
package io.directord.server.verb;
