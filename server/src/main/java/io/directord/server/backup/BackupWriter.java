package io.directord.server.backup;

import io.directord.common.json.Json;
import io.directord.common.security.Digests;
import io.directord.common.security.PrivateFiles;
import io.directord.server.store.Change;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Set;

/**
 * Writes the file of a backup, mode 0600: {@link #MAGIC}, then records, each with a {@link
 * RecordType}, its length in bytes, and so many bytes. The last one is the digest of the others.
 */
final class BackupWriter implements AutoCloseable {
  static final byte[] MAGIC = "directord backup 1\n".getBytes(StandardCharsets.US_ASCII);

  private final MessageDigest digest = Digests.sha256();
  private final DataOutputStream out;

  BackupWriter(Path file) throws IOException {
    OutputStream to = create(file);
    out = new DataOutputStream(new BufferedOutputStream(new DigestOutputStream(to, digest)));
    out.write(MAGIC);
  }

  /** A new file, which only its owner may read. */
  static OutputStream create(Path file) throws IOException {
    return Channels.newOutputStream(
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PrivateFiles.mode()));
  }

  void json(RecordType type, Object value) throws IOException {
    record(type, Json.bytes(value));
  }

  void change(Change change) throws IOException {
    record(RecordType.CHANGE, ChangeCodec.write(change));
  }

  void record(RecordType type, byte[] bytes) throws IOException {
    begin(type, bytes.length);
    out.write(bytes);
  }

  private void begin(RecordType type, long length) throws IOException {
    out.writeByte(type.ordinal());
    out.writeLong(length);
  }

  /**
   * @param length of what is read, in bytes
   */
  void content(RecordType.ContentHead head, InputStream stored, long length) throws IOException {
    byte[] json = Json.bytes(head);
    begin(RecordType.CONTENT, Integer.BYTES + json.length + length);
    out.writeInt(json.length);
    out.write(json);
    if (stored.transferTo(out) != length) {
      throw new EOFException("the content " + head.sha256() + " became shorter while it was read");
    }
  }

  /** Writes the end; nothing may follow. */
  void end() throws IOException {
    out.flush();
    byte[] sum = digest.digest();
    record(RecordType.END, sum);
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
