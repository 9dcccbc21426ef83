package io.directord.common.component;

import io.directord.common.job.Job;
import io.directord.common.wire.Delivery;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What the node half of a verb may know of the node; nothing here changes anything on it. */
public interface ReadableNode {

  Job job();

  /** This node's name. */
  String identity();

  /**
   * The template rendered with the node's arguments; text without a template is returned as it is.
   *
   * @throws JobException naming the expression, if an argument is not defined or the syntax is
   *     wrong
   */
  String render(String template) throws JobException;

  /**
   * Looks whether this node's own configuration lets a command have these surroundings.
   *
   * @throws JobException if it does not
   */
  default void requireAllowed(Surroundings around) throws JobException {}

  /** The cached arguments, by name; a snapshot. */
  Map<String, JsonNode> args();

  /** The delivery by which the content of that fingerprint can be fetched. */
  Delivery delivery(String sha256) throws JobException;

  /**
   * Owner and mode; null leaves that part as the system makes it.
   *
   * @param user name or number
   * @param group name or number
   * @param mode octal permission bits, such as 0644
   */
  record Ownership(String user, String group, Integer mode) {
    public static final Ownership DEFAULT = new Ownership(null, null, null);
  }

  /**
   * The content of a file on this node. Links are followed as with {@link NodeContext#deliver}.
   *
   * @param maxBytes of a longer file only that much is read, and one byte more
   * @throws JobException if it is not there, is not a regular file, may not be read, or was put by
   *     another user into a directory where everyone may put files
   */
  byte[] read(Path file, int maxBytes) throws JobException, InterruptedException;

  /** Environment variables of commands, in addition to the client's own. */
  Map<String, String> envs();

  /**
   * Asks the node something, by a command that must not change anything, in {@code /bin/sh -c}.
   * What it says is not the job's output.
   *
   * @throws InterruptedException after the whole process tree was ended
   */
  default Answer ask(String command) throws JobException, InterruptedException {
    return ask(command, Map.of());
  }

  /** The same, with variables that override those of the cached environment. */
  Answer ask(String command, Map<String, String> variables)
      throws JobException, InterruptedException;

  /**
   * What a command has said.
   *
   * @param status its exit status; 128 + n if signal n ended it
   */
  record Answer(int status, String stdout, String stderr) {
    public boolean ok() {
      return status == 0;
    }
  }
}
