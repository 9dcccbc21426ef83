package io.directord.client.process;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The functions of the C library that Java does not offer, above all to start commands. Some are
 * new in glibc 2.34, so this class cannot be loaded with an older one.
 */
final class Libc {
  static final int O_RDONLY = 0;
  static final int O_NONBLOCK = 04000;
  static final int O_CLOEXEC = 02000000;

  /** Of this machine: it differs between architectures. */
  static final int O_NOFOLLOW =
      System.getProperty("os.arch").matches("aarch64|arm.*|ppc.*") ? 0100000 : 0400000;

  /** From {@code spawn.h}. */
  static final int SPAWN_SETPGROUP = 0x02;

  static final int SPAWN_SETSIGDEF = 0x04;
  static final int SPAWN_SETSIGMASK = 0x08;
  static final int SPAWN_SETSID = 0x80;

  /** From {@code sys/prctl.h}. */
  static final int PR_SET_TIMERSLACK = 29;

  static final int PR_SET_CHILD_SUBREAPER = 36;

  /** From {@code sys/ioctl.h}: this process gives up its controlling terminal. */
  static final long TIOCNOTTY = 0x5422;

  /** The same: how many bytes can be read at once. */
  static final long FIONREAD =
      System.getProperty("os.arch").startsWith("ppc") ? 0x4004667f : 0x541b;

  /** From {@code sys/wait.h}. */
  static final int WNOHANG = 1;

  private static final int EINTR = 4;
  private static final long SYS_PIDFD_OPEN = 434;
  private static final short POLLIN = 1;

  private static volatile boolean loaded;

  private Libc() {}

  /**
   * Makes the functions callable.
   *
   * @param directory where the library that calls them is unpacked for a moment
   * @throws LinkageError if they are not there, or that library cannot be loaded
   */
  static void load(Path directory) {
    // Only the bundled library; by default it would be unpacked below the home directory, which may
    // not be writable.
    System.setProperty("jna.nosys", "true");
    System.setProperty("jna.tmpdir", directory.toString());
    Native.register(Libc.class, NativeLibrary.getProcess());
    loaded = true;
  }

  static boolean isLoaded() {
    return loaded;
  }

  static native int posix_spawn(
      int[] pid, byte[] path, Pointer actions, Pointer attributes, Pointer argv, Pointer envp);

  static native int posix_spawn_file_actions_init(Pointer actions);

  static native int posix_spawn_file_actions_destroy(Pointer actions);

  static native int posix_spawn_file_actions_addopen(
      Pointer actions, int descriptor, byte[] path, int flags, int mode);

  static native int posix_spawn_file_actions_adddup2(Pointer actions, int from, int to);

  static native int posix_spawn_file_actions_addclosefrom_np(Pointer actions, int first);

  static native int posix_spawnattr_init(Pointer attributes);

  static native int posix_spawnattr_setflags(Pointer attributes, short flags);

  static native int posix_spawnattr_setpgroup(Pointer attributes, int group);

  static native int posix_spawnattr_setsigmask(Pointer attributes, byte[] signals);

  static native int posix_spawnattr_setsigdefault(Pointer attributes, byte[] signals);

  static native int pipe2(int[] descriptors, int flags) throws LastErrorException;

  static native int open(byte[] path, int flags) throws LastErrorException;

  static native int close(int descriptor);

  private static native long read(int descriptor, byte[] bytes, long count)
      throws LastErrorException;

  static native int syncfs(int descriptor);

  static native int ioctl(int descriptor, long request, long argument);

  private static native int ioctl(int descriptor, long request, int[] result)
      throws LastErrorException;

  static native int waitpid(int pid, int[] status, int options);

  static native int prctl(int option, long a, long b, long c, long d);

  static native int getsid(int pid);

  static native int malloc_trim(long keptBytes);

  static native Pointer strerror(int error);

  private static native long syscall(long number, long a, long b);

  private static native int poll(byte[] descriptors, long count, int millis);

  /** The message of an error number. */
  static String message(int error) {
    return strerror(error).getString(0);
  }

  /** A text as C has it. */
  static byte[] text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOf(bytes, bytes.length + 1);
  }

  /** A pipe's two ends, to be closed with {@link #close(int)}; no command inherits them. */
  static int[] pipe() throws IOException {
    int[] ends = new int[2];
    try {
      pipe2(ends, O_CLOEXEC);
      return ends;
    } catch (LastErrorException e) {
      throw new IOException(message(e.getErrorCode()), e);
    }
  }

  /**
   * Reads what there is, after waiting for it.
   *
   * @return the number of bytes; 0 at the end
   */
  static int read(int descriptor, byte[] bytes) throws IOException {
    while (true) {
      try {
        return (int) read(descriptor, bytes, bytes.length);
      } catch (LastErrorException e) {
        if (e.getErrorCode() != EINTR) {
          throw new IOException(message(e.getErrorCode()), e);
        }
      }
    }
  }

  /** The number of bytes that can be read without waiting. */
  static int available(int descriptor) throws IOException {
    int[] bytes = new int[1];
    try {
      ioctl(descriptor, FIONREAD, bytes);
      return bytes[0];
    } catch (LastErrorException e) {
      throw new IOException(message(e.getErrorCode()), e);
    }
  }

  /** The state of a child. */
  enum Exit {
    ENDED,
    RUNNING,
    /** The kernel cannot wait with a timeout. */
    UNKNOWN
  }

  /** Waits for a child's end with a timeout, without reaping it. Not interruptible. */
  static Exit awaitExit(int pid, int millis) {
    int descriptor = (int) syscall(SYS_PIDFD_OPEN, pid, 0);
    if (descriptor < 0) {
      return Exit.UNKNOWN;
    }
    try {
      ByteBuffer pollfd = ByteBuffer.allocate(2 * Integer.BYTES).order(ByteOrder.nativeOrder());
      pollfd.putInt(descriptor).putShort(POLLIN);
      return poll(pollfd.array(), 1, millis) > 0 ? Exit.ENDED : Exit.RUNNING;
    } finally {
      close(descriptor);
    }
  }
}
