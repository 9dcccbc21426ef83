package io.directord.common.fetch;

/**
 * The form of an archive: parts of a type in one byte, a length in four bytes and so many bytes. A
 * file is its head (mode in four bytes, size in eight, and the bytes of its path, absolute and
 * without the first slash), its data, and its end (the SHA-256 of the data in 32 bytes, and a text
 * for people if it changed while it was read), or, if it cannot be read to its end, a text for
 * people that says why. Last is the end of the archive, with nothing.
 */
final class ArchiveFormat {
  static final byte HEAD = 'F';
  static final byte DATA = 'D';
  static final byte FILE_END = 'E';
  static final byte ABANDONED = 'X';
  static final byte END = 'Z';
  static final int PART_BYTES = 1 + Integer.BYTES;
  static final int HEAD_BYTES = Integer.BYTES + Long.BYTES;
  static final int DIGEST_BYTES = 32;

  /** Maximum length of data in one part. */
  static final int MAX_DATA = 64 << 10;

  /** Maximum length of every other part. */
  static final int MAX_TEXT = 8 << 10;

  private ArchiveFormat() {}
}
