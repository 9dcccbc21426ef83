package io.directord.common.component;

import io.directord.common.fetch.FetchReport;
import io.directord.common.fetch.FetchRequest;
import io.directord.common.tree.SourceTree;
import io.directord.common.tree.TreeChanges;
import io.directord.common.tree.TreeOptions;
import io.directord.common.wire.Delivery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * The node as seen by the node half of a verb, for the run of one job. Used on the thread that runs
 * the job.
 */
public interface NodeContext extends ReadableNode {

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

  /**
   * The same, with other surroundings than the client's.
   *
   * @throws JobException if this node cannot give it these; the command was not started then
   */
  int shell(String command, Surroundings around) throws JobException, InterruptedException;

  /**
   * Starts a command in a session of its own and does not wait for it.
   *
   * @param around without limits that need a control group, which somebody would have to remove
   */
  void shellDetached(String command, Surroundings around) throws JobException;

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

  /**
   * Keeps an argument until it is evicted.
   *
   * @param extend lists are extended and maps merged with what is there, instead of replaced
   */
  void putArg(String name, JsonNode value, boolean extend) throws JobException;

  /**
   * Keeps a secret in memory until it is evicted or the client ends. It is not an argument of
   * {@link #render}, but one of blueprints, and what a job prints has {@code ***} in its place.
   *
   * @param delivery of its content
   */
  void keepSecret(String name, Delivery delivery) throws JobException, InterruptedException;

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
   * How much of large files was sent, if the node had earlier versions of them, as in {@code 256
   * KiB of 97657 KiB sent}; empty if it had none.
   */
  default String sent() {
    return "";
  }

  /**
   * Makes a directory hold what the delivered tree has: only files that differ are fetched, and
   * each is renamed into place as with {@link #deliver}. No link below the directory is followed.
   *
   * @param ownership the mode is that of files; directories may also be entered by whom it lets
   *     read. Null for the modes of the tree
   * @throws JobException if something of another type is in the way of a file or directory and
   *     nothing may be deleted; or if the tree is empty and things are to be deleted
   */
  TreeChanges deliverTree(
      SourceTree tree, Path destination, Ownership ownership, TreeOptions options)
      throws JobException, InterruptedException;

  /**
   * Sends files of this node to the server, where they are kept until whoever submitted the job has
   * downloaded them. Links named by the request are followed as with {@link #deliver}, links in
   * directories are not. Returns when the server has all of it.
   *
   * @throws JobException if nothing can be sent, or it is more than the request allows
   */
  FetchReport fetch(FetchRequest request) throws JobException, InterruptedException;

  /** Makes a directory and its parents, if they are not there, and sets its owner and mode. */
  void makeDirectory(Path path, Ownership ownership) throws JobException;
}
