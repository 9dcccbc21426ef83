package io.directord.client.process;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Starts commands with the C library's {@code posix_spawn}: a process group of its own, default
 * signals and no leaked descriptor cost nothing there. This process gives up its controlling
 * terminal, which it keeps as its standard input and output, and becomes the parent of what its
 * commands leave behind.
 */
final class NativeSpawner implements Spawner {
  private static final Logger LOG = System.getLogger(NativeSpawner.class.getName());

  /** Larger than {@code posix_spawn_file_actions_t} and the attributes of any C library. */
  private static final int STRUCT_BYTES = 512;

  private static final int SIGNAL_SET_BYTES = 128;
  private static final byte[] NULL = Libc.text("/dev/null");

  private final ClientEnvironment environment;
  private final Memory attributes = new Memory(STRUCT_BYTES);
  private final Children children;

  /**
   * @throws LinkageError if this machine's C library lacks a function
   */
  NativeSpawner(ClientEnvironment environment, Path directory) {
    this.environment = environment;
    Libc.load(directory);
    int group = leavesTerminal() ? Libc.SPAWN_SETPGROUP : Libc.SPAWN_SETSID;
    byte[] every = new byte[SIGNAL_SET_BYTES];
    Arrays.fill(every, (byte) -1);
    Libc.posix_spawnattr_init(attributes);
    Libc.posix_spawnattr_setflags(
        attributes, (short) (group | Libc.SPAWN_SETSIGDEF | Libc.SPAWN_SETSIGMASK));
    Libc.posix_spawnattr_setpgroup(attributes, 0);
    Libc.posix_spawnattr_setsigmask(attributes, new byte[SIGNAL_SET_BYTES]);
    Libc.posix_spawnattr_setsigdefault(attributes, every);
    children = new Children(Libc.prctl(Libc.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0);
  }

  @Override
  public Process start(List<String> words, Map<String, String> variables, long timerSlack)
      throws IOException {
    // Memory of this thread, reused for its next command.
    long slack = timerSlack == 0 ? TimerSlack.own() : timerSlack;
    Libc.prctl(Libc.PR_SET_TIMERSLACK, slack, 0, 0, 0);
    int[] out = Libc.pipe();
    int[] err = pipeOrClose(out);
    try {
      int pid = spawn(words, environment.with(variables), out[1], err[1]);
      return new NativeProcess(pid, new PipeStream(out[0]), new PipeStream(err[0]), children);
    } catch (IOException e) {
      Libc.close(out[0]);
      Libc.close(err[0]);
      throw e;
    } finally {
      Libc.close(out[1]);
      Libc.close(err[1]);
    }
  }

  private int spawn(List<String> words, List<byte[]> variables, int out, int err)
      throws IOException {
    List<byte[]> texts = new ArrayList<>(words.size() + variables.size());
    words.forEach(word -> texts.add(word.getBytes(StandardCharsets.UTF_8)));
    texts.addAll(variables);
    int[] pid = new int[1];
    int error;
    try (Memory block = pointersAndTexts(texts, words.size());
        Memory actions = new Memory(STRUCT_BYTES)) {
      Libc.posix_spawn_file_actions_init(actions);
      Libc.posix_spawn_file_actions_adddup2(actions, out, 1);
      Libc.posix_spawn_file_actions_adddup2(actions, err, 2);
      Libc.posix_spawn_file_actions_addopen(actions, 0, NULL, Libc.O_RDONLY, 0);
      Libc.posix_spawn_file_actions_addclosefrom_np(actions, 3);
      long envp = (words.size() + 1L) * Long.BYTES;
      error =
          Libc.posix_spawn(
              pid, Libc.text(words.get(0)), actions, attributes, block, block.share(envp));
      Libc.posix_spawn_file_actions_destroy(actions);
    }
    if (error != 0) {
      throw new IOException(Libc.message(error));
    }
    children.add(pid[0]);
    return pid[0];
  }

  /** Two arrays of pointers, each with a null at its end, and behind them what they point to. */
  private static Memory pointersAndTexts(List<byte[]> texts, int first) throws IOException {
    int size = 0;
    for (int i = 0; i < texts.size(); i++) {
      refuseNul(texts.get(i), i >= first);
      size += texts.get(i).length + 1;
    }
    long[] pointers = new long[texts.size() + 2];
    byte[] all = new byte[size];
    long textsAt = (long) pointers.length * Long.BYTES;
    Memory block = new Memory(textsAt + size);
    int at = 0;
    for (int i = 0; i < texts.size(); i++) {
      byte[] text = texts.get(i);
      pointers[i < first ? i : i + 1] = Pointer.nativeValue(block) + textsAt + at;
      System.arraycopy(text, 0, all, at, text.length);
      at += text.length + 1;
    }
    block.write(0, pointers, 0, pointers.length);
    block.write(textsAt, all, 0, size);
    return block;
  }

  private static void refuseNul(byte[] text, boolean isVariable) throws IOException {
    for (byte b : text) {
      if (b == 0) {
        throw new IOException(
            isVariable
                ? "there is a NUL character in the variable "
                    + new String(text, StandardCharsets.UTF_8).split("[=\0]", 2)[0]
                    + ": CACHEEVICT envs, if the node keeps it"
                : "there is a NUL character in it");
      }
    }
  }

  private static int[] pipeOrClose(int[] first) throws IOException {
    try {
      return Libc.pipe();
    } catch (IOException e) {
      Libc.close(first[0]);
      Libc.close(first[1]);
      throw e;
    }
  }

  /**
   * Gives up the controlling terminal, if there is one. If this process leads the terminal's
   * session, that would end all its processes: then commands get sessions of their own instead.
   */
  private static boolean leavesTerminal() {
    int terminal;
    try {
      terminal = Libc.open(Libc.text("/dev/tty"), Libc.O_RDONLY | Libc.O_CLOEXEC);
    } catch (LastErrorException e) {
      // There is none.
      return true;
    }
    boolean leads = Libc.getsid(0) == ProcessHandle.current().pid();
    if (!leads && Libc.ioctl(terminal, Libc.TIOCNOTTY, 0) != 0) {
      LOG.log(Level.DEBUG, "the terminal stays");
      leads = true;
    }
    Libc.close(terminal);
    return !leads;
  }
}
