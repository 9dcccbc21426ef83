package io.directord.server.backup;

/** What a record of a backup has; its number stands in the file. */
enum RecordType {
  /** The SHA-256 of all that is before it. */
  END,
  /** {@link io.directord.common.api.BackupView.Origin} as JSON; the first one. */
  ORIGIN,
  /** See {@link ChangeCodec}. */
  CHANGE,
  /** A {@link ContentHead}, then the content as it is stored. */
  CONTENT,
  /** {@link io.directord.common.api.BackupView.Counts} as JSON; the last but one. */
  COUNTS;

  /**
   * What a record of a content begins with.
   *
   * @param secret whether it is sealed
   */
  record ContentHead(String sha256, boolean secret) {}
}
