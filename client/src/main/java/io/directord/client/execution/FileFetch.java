package io.directord.client.execution;

import io.directord.client.files.FetchWalk;
import io.directord.common.component.JobException;
import io.directord.common.fetch.ArchiveWriter;
import io.directord.common.fetch.ByteSize;
import io.directord.common.fetch.FetchReport;
import io.directord.common.fetch.FetchRequest;
import io.directord.common.storage.IoErrors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;

/**
 * Sends files of this node as an archive. They are looked at twice, first for the sizes, so nothing
 * but the names of one directory is kept in memory. Used once.
 */
final class FileFetch {
  private static final int BUFFER_BYTES = 64 << 10;

  /** By how much a file whose size the system does not know may grow until it is sent. */
  private static final long SPARE_BYTES = 4096;

  /** Files of which it is remembered how much of them was announced. */
  private static final int MAX_REMEMBERED = 10_000;

  private final ContentLink link;
  private final Outgoing.Announcement announcement;
  private final FetchRequest request;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

  /** Room of the first files, and of all whose size the system does not know. */
  private final Map<Path, Long> given = new HashMap<>();

  private long room;
  private long size;

  /**
   * What is brought of a file.
   *
   * @param from where it begins, in bytes
   * @param length in bytes
   * @param spare how many more bytes it may have when it is read; above 0 only if the system gives
   *     its size as 0, as with files in {@code /proc}
   */
  private record Portion(long from, long length, long spare) {
    long max() {
      return length + spare;
    }

    /** The same with as much room as it got at the first look, since that of others is theirs. */
    Portion within(long max) {
      long shorter = Math.min(length, max);
      return new Portion(from, shorter, max - shorter);
    }
  }

  FileFetch(ContentLink link, Outgoing.Announcement announcement, FetchRequest request) {
    this.link = link;
    this.announcement = announcement;
    this.request = request;
  }

  FetchReport send() throws JobException, InterruptedException {
    try {
      walk(new FetchReport(), file -> add(file));
      FetchReport report = new FetchReport();
      try (Outgoing out = link.send(room + BUFFER_BYTES, announcement)) {
        ArchiveWriter archive = new ArchiveWriter(new Forward(out)::write);
        walk(report, file -> send(file, archive, report));
        archive.finish();
        out.finish();
      }
      return report;
    } catch (ForwardedException e) {
      throw e.cause;
    } catch (ClosedByInterruptException e) {
      throw new InterruptedException();
    } catch (IOException e) {
      throw new JobException(IoErrors.sayWhere(e), e);
    }
  }

  /**
   * What would be sent, by the sizes that files have now; only those of size 0 are read, as in
   * {@link #send}.
   *
   * @throws JobException if it is more than the request allows
   */
  static FetchReport foresee(FetchRequest request) throws JobException, InterruptedException {
    FileFetch fetch = new FileFetch(null, null, request);
    FetchReport report = new FetchReport();
    try {
      fetch.walk(
          report,
          file -> {
            report.file(fetch.add(file));
          });
      return report;
    } catch (ClosedByInterruptException e) {
      throw new InterruptedException();
    } catch (IOException e) {
      throw new JobException(IoErrors.sayWhere(e), e);
    }
  }

  private void walk(FetchReport report, FetchWalk.Visitor visitor)
      throws JobException, IOException, InterruptedException {
    new FetchWalk(report, visitor).walk(request.paths());
  }

  private long add(FetchWalk.Found file) throws JobException, IOException {
    Portion portion = portion(file);
    size += portion.length();
    if (portion.spare() > 0 || given.size() < MAX_REMEMBERED) {
      given.put(file.path(), portion.max());
    }
    room += ArchiveWriter.bytes(raw(file.path()), portion.max());
    if (size > request.maxBytes()) {
      throw tooMuch(file);
    }
    return portion.length();
  }

  private JobException tooMuch(FetchWalk.Found file) {
    return new JobException(
        "more than "
            + ByteSize.text(request.maxBytes())
            + " would be brought (from "
            + file.path()
            + " on): name fewer files, or give a larger --max-size or a --tail");
  }

  private Portion portion(FetchWalk.Found file) throws JobException, IOException {
    long whole = file.size() == 0 ? measured(file) : file.size();
    long length = request.tailBytes() == 0 ? whole : Math.min(whole, request.tailBytes());
    long spare = whole == file.size() ? 0 : Math.min(SPARE_BYTES, request.maxBytes() - length);
    return new Portion(whole - length, length, spare);
  }

  /** The size of a file that the system gives as 0, found by reading it. */
  private long measured(FetchWalk.Found file) throws JobException, IOException {
    long whole = 0;
    try (FileChannel in = file.open()) {
      for (int n = read(in, file, BUFFER_BYTES); n >= 0; n = read(in, file, BUFFER_BYTES)) {
        whole += n;
        if (whole > request.maxBytes()) {
          throw tooMuch(file);
        }
      }
    }
    return whole;
  }

  /**
   * Fills the buffer.
   *
   * @return how many bytes; below 0 at the end
   * @throws FileSystemException if the file cannot be read, which does not stop the others
   */
  private int read(FileChannel in, FetchWalk.Found file, long max) throws IOException {
    buffer.clear().limit((int) Math.min(buffer.capacity(), max));
    int length;
    try {
      length = in.read(buffer);
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      throw unreadable(file, IoErrors.say(e));
    }
    if (length == 0) {
      throw unreadable(file, "it has no end yet: reading on would wait for more");
    }
    return length;
  }

  private static FileSystemException unreadable(FetchWalk.Found file, String why) {
    return new FileSystemException(file.path().toString(), null, why);
  }

  private void send(FetchWalk.Found file, ArchiveWriter archive, FetchReport report)
      throws JobException, IOException, InterruptedException {
    byte[] path = raw(file.path());
    Portion looked = portion(file);
    long max = given.getOrDefault(file.path(), looked.max());
    Portion portion = looked.spare() > 0 || looked.max() > max ? looked.within(max) : looked;
    long takes = ArchiveWriter.bytes(path, portion.max());
    if (takes > room) {
      report.remark(file.path() + " is left out: it has come, or has grown, meanwhile");
      return;
    }
    try (FileChannel in = file.open()) {
      room -= takes;
      BasicFileAttributes before = file.attributes();
      in.position(portion.from());
      archive.begin(path, file.mode(), portion.max());
      long sent = 0;
      String note;
      try {
        while (sent < portion.max()) {
          int length = read(in, file, portion.max() - sent);
          if (length < 0) {
            break;
          }
          archive.data(buffer.array(), length);
          sent += length;
        }
        note = portion.spare() > 0 ? note(portion, sent) : note(file, portion, sent, before);
      } catch (FileSystemException e) {
        archive.abandon(IoErrors.say(e));
        throw e;
      }
      archive.end(note);
      if (!note.isEmpty()) {
        report.remark(file.path() + " " + note);
      }
      report.file(sent);
    }
  }

  /** Of a file whose size and times say nothing. */
  private static String note(Portion portion, long sent) {
    return sent < portion.max()
        ? ""
        : "grew while it was read: only " + sent + " bytes of it were brought";
  }

  private static String note(
      FetchWalk.Found file, Portion portion, long sent, BasicFileAttributes before)
      throws IOException {
    if (sent < portion.length()) {
      return "became shorter while it was read: "
          + sent
          + " of "
          + portion.length()
          + " bytes were left";
    }
    BasicFileAttributes after;
    try {
      after = file.attributes();
    } catch (NoSuchFileException e) {
      return "was removed while it was read, and brought as it was";
    }
    long read = portion.from() + portion.length();
    if (after.size() > read) {
      return "grew while it was read: the first " + read + " bytes were brought";
    }
    return after.lastModifiedTime().equals(before.lastModifiedTime())
        ? ""
        : "changed while it was read";
  }

  /** The bytes of an absolute path, without the first slash, also if they are not UTF-8. */
  private static byte[] raw(Path path) {
    String text = path.toString();
    if (Path.of(text).equals(path)) {
      return text.substring(1).getBytes(StandardCharsets.UTF_8);
    }
    String escaped = path.toUri().getRawPath();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 1; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      if (c == '%') {
        bytes.write(Integer.parseInt(escaped, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    return bytes.toByteArray();
  }

  /** Passes the bytes of an archive on; what stops that ends the walk. */
  private record Forward(Outgoing out) {
    void write(byte[] bytes, int length) throws IOException, InterruptedException {
      try {
        out.write(bytes, length);
      } catch (JobException e) {
        throw new ForwardedException(e);
      }
    }
  }

  private static final class ForwardedException extends IOException {
    private static final long serialVersionUID = 1;

    private final JobException cause;

    ForwardedException(JobException cause) {
      super(cause);
      this.cause = cause;
    }
  }
}
