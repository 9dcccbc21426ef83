package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.Failure;
import io.directord.common.api.BackupView;
import io.directord.common.api.ServerBackups;
import io.directord.common.fetch.ByteSize;
import io.directord.common.security.Digests;
import io.directord.common.validation.Counted;
import io.directord.common.validation.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;

/** Has the server make a backup, and brings it into a file that only its owner may read. */
final class BackupDownload {
  private static final long POLL_MILLIS = 200;

  private final ServerBackups server;
  private final Console console;

  BackupDownload(ServerBackups server, Console console) {
    this.server = server;
    this.console = console;
  }

  /** The backup, when it is in the file. */
  BackupView into(String name) throws Failure, IOException {
    WholeFile file = new WholeFile(name, true);
    try {
      BackupView ready = made(server.make());
      download(ready, name, file);
      server.remove(ready.id());
      return ready;
    } finally {
      file.discard();
    }
  }

  private BackupView made(BackupView begun) throws Failure, IOException {
    BackupView now = begun;
    while (now.state() == BackupView.State.MAKING) {
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while the backup is being made");
      }
      now = server.find(begun.id());
    }
    if (now.state() == BackupView.State.FAILED) {
      throw new Failure(
          ErrorCode.STORE_UNUSABLE, "the server could not make the backup: " + now.error());
    }
    return now;
  }

  private void download(BackupView ready, String name, WholeFile file) throws Failure, IOException {
    MessageDigest digest = Digests.sha256();
    try (InputStream in = server.download(ready.id())) {
      OutputStream to;
      try {
        to = file.open();
      } catch (IOException e) {
        throw file.cannotWrite(e);
      }
      try (OutputStream out = new DigestOutputStream(to, digest)) {
        byte[] buffer = new byte[1 << 16];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          write(file, out, buffer, n);
        }
      }
    }
    if (!Digests.hex(digest).equals(ready.sha256())) {
      throw new Failure(
          ErrorCode.IO_ERROR,
          "what came is not what the server has sent: " + name + " was not written; try again");
    }
    try {
      file.sync();
      file.publish();
    } catch (IOException e) {
      throw file.cannotWrite(e);
    }
  }

  private static void write(WholeFile file, OutputStream out, byte[] buffer, int length)
      throws Failure {
    try {
      out.write(buffer, 0, length);
    } catch (IOException e) {
      throw file.cannotWrite(e);
    }
  }

  /** For people. */
  static List<String> lines(BackupView made, String name) {
    BackupView.Counts counts = made.counts();
    return List.of(
        name
            + ": "
            + ByteSize.text(made.bytes())
            + ", everything that was committed before "
            + made.origin().begunAt(),
        String.join(
            ", ",
            Counted.of(counts.jobs(), "job") + ", " + counts.unended() + " of them not ended",
            Counted.of(counts.nodes(), "node"),
            Counted.of(counts.schedules(), "schedule"),
            Counted.of(counts.tokens(), "token"),
            Counted.of(counts.contents(), "content") + " for what has not ended"),
        "SHA-256 " + made.sha256());
  }

  /** Tells what could not be copied; whether there was anything. */
  boolean tellMissing(BackupView made) {
    List<String> missing = made.counts().missing();
    missing.forEach(one -> console.error("directord: missing in the backup: " + one));
    return !missing.isEmpty();
  }
}
