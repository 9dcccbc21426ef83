package io.directord.common.storage;

/**
 * A record of a log.
 *
 * @param type given by the log's owner
 * @param position in the file, for {@link RecordLog#read}
 * @param seq its number: larger than that of every record before it, for the life of the log
 */
public record LogRecord(byte type, byte[] payload, long position, long seq) {

  /** Where the next record begins. */
  long end() {
    return position + LogFormat.RECORD_HEADER_BYTES + payload.length;
  }
}
