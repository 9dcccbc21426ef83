/**
 * What this node took, began and finished, in a file that survives a crash. Start with {@link
 * io.directord.client.journal.Journal}; {@link io.directord.client.journal.RecordLog} is the file
 * beneath it, which the cache uses too.
 */
package io.directord.client.journal;
