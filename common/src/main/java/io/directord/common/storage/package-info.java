/**
 * Files that survive a crash, for server and client alike. Start with {@link
 * io.directord.common.storage.RecordLog}: records that are appended, with checksums; {@link
 * io.directord.common.storage.DirectoryLock} locks a directory against a second process.
 */
package io.directord.common.storage;
