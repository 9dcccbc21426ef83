/**
 * Files that survive a crash, for server and client alike. Start with {@link
 * io.directord.common.storage.RecordLog}: records that are appended, with checksums; {@link
 * io.directord.common.storage.DirectoryLock} keeps a second process off a directory.
 */
package io.directord.common.storage;
