/** Verbs against the real systems that they change, with a server and a client as processes. */
package io.directord.verbs;
