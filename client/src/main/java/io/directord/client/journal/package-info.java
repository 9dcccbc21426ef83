/**
 * The jobs that this node received, began and finished, in a file that survives a crash. Start with
 * {@link io.directord.client.journal.Journal}.
 */
package io.directord.client.journal;
