package io.directord.cli.bootstrap;

import io.directord.common.fetch.ByteSize;
import io.directord.common.security.PrivateFiles;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.channel.PtyChannelConfiguration;
import org.apache.sshd.common.channel.PtyMode;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHPosixRenameExtension;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHStatExtensionInfo;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHStatPathExtension;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;

/** A connection to a host. One thread uses it. */
final class SshHost implements AutoCloseable {
  private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(30);

  /** How often a command that may wait for input is told that there is none. */
  private static final Duration BETWEEN_ENDS = Duration.ofSeconds(1);

  private static final int END_OF_INPUT = 4;
  private static final int COLUMNS = 200;
  private static final int OWNER_ONLY = 0600;

  private final List<ClientSession> sessions;
  private SftpClient sftp;

  /**
   * @param sessions to the host, and behind it to those that are jumped
   */
  SshHost(List<ClientSession> sessions) {
    this.sessions = List.copyOf(sessions);
  }

  /** Whether it is reached through another host. */
  boolean isBehindAnother() {
    return sessions.size() > 1;
  }

  /**
   * Runs a command at a terminal of its own, so that it ends with the connection. It gets no input.
   *
   * @param output takes what it writes to both streams
   * @return its exit status
   */
  int run(String command, OutputStream output) throws StepException, IOException {
    PtyChannelConfiguration terminal = new PtyChannelConfiguration();
    terminal.setPtyType("dumb");
    terminal.setPtyColumns(COLUMNS);
    terminal.setPtyModes(Map.of(PtyMode.ECHO, 0, PtyMode.ONLCR, 0));
    try (ChannelExec channel = session().createExecChannel(command, terminal, Map.of())) {
      channel.setUsePty(true);
      channel.setOut(output);
      channel.setErr(output);
      channel.open().verify(OPEN_TIMEOUT);
      OutputStream input = channel.getInvertedIn();
      while (!channel
          .waitFor(EnumSet.of(ClientChannelEvent.CLOSED), BETWEEN_ENDS)
          .contains(ClientChannelEvent.CLOSED)) {
        endInput(input);
      }
      if (channel.getExitSignal() != null) {
        throw new StepException("ended by signal " + channel.getExitSignal());
      }
      if (channel.getExitStatus() == null) {
        throw lost();
      }
      return channel.getExitStatus();
    }
  }

  private static void endInput(OutputStream input) {
    try {
      input.write(END_OF_INPUT);
      input.flush();
    } catch (IOException e) {
      // The command has just ended or the connection was lost: which, is known when the channel is
      // closed, as it now is before long.
    }
  }

  private ClientSession session() throws IOException {
    if (!sessions.get(0).isOpen()) {
      throw lost();
    }
    return sessions.get(0);
  }

  private static IOException lost() {
    return new IOException("the connection was lost");
  }

  /** Puts a file in place with its mode; the file that is there is replaced when it is whole. */
  void put(Path local, String remote) throws IOException {
    put(local, remote, mode(local));
  }

  /** Likewise, with another mode. */
  void put(Path local, String remote, int mode) throws IOException {
    try (InputStream in = Files.newInputStream(local)) {
      put(in, remote, mode);
    }
  }

  /** Likewise, of any content. */
  void put(InputStream in, String remote, int mode) throws IOException {
    String part = remote + ".directord-" + UUID.randomUUID();
    SftpClient files = sftp();
    try {
      try (SftpClient.CloseableHandle made =
          files.open(part, OpenMode.Write, OpenMode.Create, OpenMode.Exclusive)) {
        files.setStat(made, new SftpClient.Attributes().perms(OWNER_ONLY));
      }
      try (OutputStream out = files.write(part, OpenMode.Write)) {
        in.transferTo(out);
      }
      files.setStat(part, new SftpClient.Attributes().perms(mode));
      rename(part, remote);
    } catch (IOException e) {
      boolean isUnclear =
          e instanceof SftpException sftp && sftp.getStatus() == SftpConstants.SSH_FX_FAILURE;
      IOException failed = isUnclear ? withRoom(part, remote, e) : e;
      removeQuietly(part, failed);
      throw failed;
    }
  }

  /** OpenSSH says no more than "Failure" if a disk is full. */
  private IOException withRoom(String part, String remote, IOException failure) {
    String room = "";
    try {
      OpenSSHStatPathExtension stat = sftp().getExtension(OpenSSHStatPathExtension.class);
      if (stat != null && stat.isSupported()) {
        OpenSSHStatExtensionInfo disk = stat.stat(part);
        room = "; its disk has " + ByteSize.text(disk.f_bavail * disk.f_frsize) + " left";
      }
    } catch (IOException e) {
      // No part of the file is there; the failure itself says why.
      failure.addSuppressed(e);
    }
    return new IOException(remote + ": " + IoErrors.say(failure) + room, failure);
  }

  private void rename(String part, String remote) throws IOException {
    OpenSSHPosixRenameExtension replacing = sftp().getExtension(OpenSSHPosixRenameExtension.class);
    if (replacing == null || !replacing.isSupported()) {
      throw new IOException("the host's SFTP cannot replace files; OpenSSH's can");
    }
    replacing.posixRename(part, remote);
  }

  private void removeQuietly(String part, IOException reason) {
    try {
      sftp().remove(part);
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  /** Brings a file, with mode 0600; the file that is there is replaced when it is whole. */
  void get(String remote, Path local) throws IOException {
    Path part = Files.createTempFile(local.getParent(), ".directord-", "", PrivateFiles.mode());
    try {
      try (InputStream in = sftp().read(remote);
          OutputStream out = Files.newOutputStream(part)) {
        in.transferTo(out);
      }
      Files.move(part, local, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private SftpClient sftp() throws IOException {
    if (sftp == null) {
      sftp = SftpClientFactory.instance().createSftpClient(session());
    }
    return sftp;
  }

  /** Permissions in the order of their bits, from the highest. */
  private static int mode(Path file) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    int mode = 0;
    for (PosixFilePermission one : PosixFilePermission.values()) {
      mode = mode << 1 | (permissions.contains(one) ? 1 : 0);
    }
    return mode;
  }

  @Override
  public void close() {
    sessions.forEach(session -> session.close(false));
  }
}
