package io.directord.common.fetch;

import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Finds out, as an archive comes, what of it is whole. Keeps nothing of it. Not thread-safe. */
public final class ArchiveCheck {
  private static final int BUFFER_BYTES = 64 << 10;

  private final ArchiveParser parser = new ArchiveParser(new Counter());
  private long taken;
  private int files;

  /** Why something is not sound; null if all is, so far. */
  private String flaw;

  private boolean isInvalid;

  /** What has come in a file, which is read to its end. */
  public static FetchArrival arrival(FileChannel file) throws IOException {
    ArchiveCheck check = new ArchiveCheck();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    while (file.read(buffer) >= 0) {
      check.take(buffer.flip());
      buffer.clear();
    }
    return check.arrival();
  }

  /** How many bytes it has taken. */
  public long taken() {
    return taken;
  }

  /** Takes all bytes of the buffer, which are the next ones. */
  public void take(ByteBuffer bytes) {
    taken += bytes.remaining();
    if (!isInvalid) {
      try {
        parser.take(bytes);
      } catch (IOException e) {
        flaw = flaw == null ? IoErrors.say(e) : flaw;
        isInvalid = true;
      }
    }
    bytes.position(bytes.limit());
  }

  /** What has come, if nothing more will. */
  public FetchArrival arrival() {
    String lacks =
        parser.isEnded() ? "" : new InvalidArchiveException(ArchiveReader.CUT_SHORT).getMessage();
    return new FetchArrival(files, flaw == null ? lacks : flaw);
  }

  private final class Counter implements ArchiveParser.Taker {
    private String path;

    @Override
    public void begin(byte[] name, int mode, long size) {
      path = LocalName.shown(name);
    }

    @Override
    public void data(byte[] bytes, int length) {
      // Its fingerprint is the parser's.
    }

    @Override
    public void end(byte[] sha256, String note) {
      files++;
    }

    @Override
    public void abandon(String why) {
      flaw = flaw == null ? "/" + path + " was not sent to its end: " + why : flaw;
    }

    @Override
    public void damaged() {
      flaw = flaw == null ? "/" + path + " does not have the fingerprint sent with it" : flaw;
    }
  }
}
