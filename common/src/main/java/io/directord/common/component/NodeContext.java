package io.directord.common.component;

import io.directord.common.job.Job;
import io.directord.common.wire.Delivery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * The node as seen by the node half of a verb, for the run of one job. Used on the thread that runs
 * the job.
 */
public interface NodeContext {

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
   * Runs a command in {@code /bin/sh -c} with the cached environment, and waits for it. Its output
   * is streamed if the job asks for that, and is the job's standard output and error.
   *
   * @return its exit status; 128 + n if signal n ended it
   * @throws InterruptedException after the whole process tree was ended
   */
  int shell(String command) throws JobException, InterruptedException;

  /** The same, with variables that override those of the cached environment. */
  int shell(String command, Map<String, String> variables)
      throws JobException, InterruptedException;

  /** Starts a command in a session of its own and does not wait for it. */
  void shellDetached(String command) throws JobException;

  /** Adds to the job's standard output. */
  void stdout(String text);

  /** Adds to the job's standard error. */
  void stderr(String text);

  /**
   * All that the job has written to its standard output so far.
   *
   * @throws JobException if it is too long to be kept whole, or is not text
   */
  String output() throws JobException;

  /**
   * Begins another attempt. The result has the output of the last attempt, and the number of
   * attempts.
   */
  void nextAttempt();

  /**
   * Tells whether the job has changed something on the node. Changes by other methods of this
   * interface are noted already, except those by commands; so a verb that knows the effects of its
   * commands, or runs none, passes false at its end. Once true, it stays true; without any call it
   * is unknown.
   */
  void changed(boolean changed);

  /**
   * Begins no job on this node until its client has started again or the time has passed, since the
   * machine is about to go down.
   */
  void holdBack(Duration time);

  /** The cached arguments, by name; a snapshot. */
  Map<String, JsonNode> args();

  /**
   * Keeps an argument until it is evicted.
   *
   * @param extend lists are extended and maps merged with what is there, instead of replaced
   */
  void putArg(String name, JsonNode value, boolean extend) throws JobException;

  /** Drops a part of the node's cache; returns the number of entries. */
  int evict(CacheTag tag) throws JobException;

  /** Keeps an environment variable for later commands until it is evicted. */
  void putEnv(String name, String value) throws JobException;

  /**
   * Waits until the condition on the cached arguments holds.
   *
   * @return whether it holds; false at the timeout
   */
  boolean awaitArgs(Predicate<Map<String, JsonNode>> wanted, Duration limit)
      throws InterruptedException;

  /**
   * Sends the server data for other nodes, and waits until the server resumes the job. For jobs
   * that depend on other nodes.
   *
   * @param answer may be empty
   * @return the server's message, for people
   * @throws JobException if the server fails the job, or at the timeout
   */
  String coordinate(String answer, Duration limit) throws JobException, InterruptedException;

  /** The delivery by which the content of that fingerprint can be fetched. */
  Delivery delivery(String sha256) throws JobException;

  /**
   * Makes a file at the destination hold the delivered content: fetched beside it, verified, with
   * owner and mode set, and renamed into place. Nothing is fetched if the content is there already.
   * Links are followed, but none of another user that could lead to what is not that user's.
   *
   * @param blueprint whether the content is a template, rendered before it is put in place
   * @return the fingerprint of what the file now holds
   */
  String deliver(Delivery delivery, Path destination, Ownership ownership, boolean blueprint)
      throws JobException, InterruptedException;

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
   * The content of a file on this node. Links are followed as with {@link #deliver}.
   *
   * @param maxBytes of a longer file only that much is read, and one byte more
   * @throws JobException if it is not there, is not a regular file, may not be read, or was put by
   *     another user into a directory where everyone may put files
   */
  byte[] read(Path file, int maxBytes) throws JobException, InterruptedException;

  /** Makes a directory and its parents, if they are not there, and sets its owner and mode. */
  void makeDirectory(Path path, Ownership ownership) throws JobException;

  /** Environment variables of commands, in addition to the client's own. */
  Map<String, String> envs();

  /** Names of arguments that exist, for messages. */
  default List<String> argNames() {
    return args().keySet().stream().sorted().toList();
  }
}
