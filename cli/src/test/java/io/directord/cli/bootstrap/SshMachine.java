package io.directord.cli.bootstrap;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.nats.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/**
 * A machine that is reached by SSH: an {@code sshd} of the test's own on loopback, with a host
 * name, keys, and what it may write to ({@code /root}, {@code /etc}, {@code /opt}, {@code /run},
 * {@code /var/lib}, {@code /var/cache}, {@code /usr/local/bin}) of its own. Root is its only user.
 */
public final class SshMachine implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(240);
  private static final Path SSHD = Path.of("/usr/sbin/sshd");

  /** In a mount namespace: the arguments are directory and name. */
  private static final String START =
      """
      set -e
      hostname "$2"
      mount --bind "$1/home" /root
      mount --bind "$1/opt" /opt
      mount -t overlay overlay -o "lowerdir=/etc,upperdir=$1/etc,workdir=$1/work" /etc
      mount --bind "$1/lib" /var/lib
      mount --bind "$1/cache" /var/cache
      mount --bind "$1/run" /run
      mount --bind "$1/local" /usr/local/bin
      exec /usr/sbin/sshd -D -e -f "$1/sshd_config"
      """;

  /** The secret part of the RSA key, and the public one. */
  private static List<String> rsa;

  private final Path directory;
  private final String name;
  private final int port;
  private Process process;

  private SshMachine(Path directory, String name, int port) {
    this.directory = directory;
    this.name = name;
    this.port = port;
  }

  /**
   * Starts one; skips the test where that cannot be.
   *
   * @param authorized public keys that root may use
   */
  public static SshMachine start(Path parent, String name, Path... authorized) throws Exception {
    assumeTrue(Files.isExecutable(SSHD), "needs sshd");
    assumeTrue(
        new ProcessBuilder("unshare", "--mount", "--uts", "true").start().waitFor() == 0,
        "needs namespaces of mounts and host names");
    SshMachine machine =
        new SshMachine(Files.createDirectories(parent.resolve(name)), name, FreePorts.next());
    for (String part :
        List.of("home", "opt", "etc", "work", "lib", "cache", "run/sshd", "local", "programs")) {
      Files.createDirectories(machine.directory.resolve(part));
    }
    makeKey(machine.directory.resolve("host_key"), "ed25519", "");
    putRsaKey(machine.directory.resolve("host_rsa"));
    StringBuilder keys = new StringBuilder();
    for (Path key : authorized) {
      keys.append(Files.readString(key));
    }
    Files.writeString(machine.directory.resolve("authorized_keys"), keys);
    machine.restart();
    return machine;
  }

  /** Of all kinds it takes longest to make: all machines have the same. */
  private static synchronized void putRsaKey(Path file) throws Exception {
    Path open = file.resolveSibling(file.getFileName() + ".pub");
    if (rsa == null) {
      makeKey(file, "rsa", "");
      rsa = List.of(Files.readString(file), Files.readString(open));
      return;
    }
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, rsa.get(0));
    Files.writeString(open, rsa.get(1));
  }

  /** Makes the key that a user with this home has; returns the public one. */
  public static Path makeUserKey(Path home) throws Exception {
    Files.createDirectories(home.resolve(".ssh"));
    return makeKey(home.resolve(".ssh/id_ed25519"), "ed25519", "");
  }

  /** Makes a pair of keys, the public one with .pub behind its name; returns that. */
  public static Path makeKey(Path file, String type, String passphrase) throws Exception {
    int status =
        new ProcessBuilder("ssh-keygen", "-q", "-t", type, "-N", passphrase, "-f", file.toString())
            .start()
            .waitFor();
    if (status != 0) {
      throw new AssertionError("ssh-keygen ended with " + status);
    }
    return file.resolveSibling(file.getFileName() + ".pub");
  }

  /** Starts it, again if need be, with the host keys that its directory has now. */
  public void restart() throws Exception {
    close();
    Files.writeString(
        directory.resolve("sshd_config"),
        """
        Port %d
        ListenAddress 127.0.0.1
        HostKey %2$s/host_rsa
        HostKey %2$s/host_key
        AuthorizedKeysFile %2$s/authorized_keys
        PidFile none
        StrictModes no
        UsePAM no
        PermitRootLogin yes
        PrintMotd no
        PrintLastLog no
        Subsystem sftp internal-sftp
        SetEnv PATH=%2$s/programs:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
        """
            .formatted(port, directory));
    process =
        new ProcessBuilder(
                "unshare", "--mount", "--uts", "sh", "-c", START, "sh", directory.toString(), name)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve("sshd.log").toFile()))
            .start();
    await("sshd answers").atMost(TIMEOUT).until(this::answers);
  }

  private boolean answers() throws IOException {
    if (!process.isAlive()) {
      throw new AssertionError("sshd ended:\n" + log());
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.getInputStream().read() == 'S';
    } catch (IOException e) {
      return false;
    }
  }

  public String name() {
    return name;
  }

  public int port() {
    return port;
  }

  /** What the machine has as /root. */
  public Path home() {
    return directory.resolve("home");
  }

  /** What the machine has in a directory of its root that is its own. */
  public Path inside(String path) {
    return directory.resolve(path);
  }

  /** Puts a program before those of the system. */
  public void program(String program, String script) throws IOException {
    Path file = Files.writeString(directory.resolve("programs").resolve(program), script);
    file.toFile().setExecutable(true);
  }

  public String log() throws IOException {
    return Files.readString(directory.resolve("sshd.log"));
  }

  @Override
  public void close() {
    if (process != null) {
      Path own = mounts(process.pid());
      boolean isOwn = own != null && !own.equals(mounts(ProcessHandle.current().pid()));
      process.destroy();
      // What was started there may have left its session: a client, by what stands for systemd.
      await("all that runs there has ended")
          .atMost(TIMEOUT)
          .until(
              () -> {
                List<ProcessHandle> left =
                    ProcessHandle.allProcesses()
                        .filter(one -> isOwn && own.equals(mounts(one.pid())))
                        .toList();
                left.forEach(ProcessHandle::destroyForcibly);
                return left.isEmpty() && !process.isAlive();
              });
    }
  }

  /** Which mounts a process has; null if it has ended. */
  private static Path mounts(long pid) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns/mnt"));
    } catch (IOException e) {
      return null;
    }
  }
}
