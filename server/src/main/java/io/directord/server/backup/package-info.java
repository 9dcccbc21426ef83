/**
 * Copies of a store while it is in use, in a file, and stores made of them. Start at {@link
 * io.directord.server.backup.Backups} and {@link io.directord.server.backup.Restoration}; the file
 * is {@link io.directord.server.backup.BackupWriter}'s.
 */
package io.directord.server.backup;
