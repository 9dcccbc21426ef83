package io.directord.common.component;

import io.directord.common.fetch.FetchReport;
import io.directord.common.fetch.FetchRequest;
import io.directord.common.tree.SourceTree;
import io.directord.common.tree.TreeOptions;
import io.directord.common.wire.Delivery;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/**
 * The node as seen by a verb that is to say what it would do. Nothing on the node is changed: what
 * the job would change is noted in memory, for the later jobs of the same dry run. Used on the
 * thread that previews the job.
 *
 * <p>Arguments are as the earlier jobs of the dry run would leave them. One that would get a value
 * that nobody knows yet is not among {@link #args}, and {@link #render} of a template that needs it
 * throws {@link UnknownValueException}.
 */
public interface PreviewContext extends ReadableNode {

  /**
   * What {@link NodeContext#deliver} would do.
   *
   * @param source the file's name where the operator stands, for people
   */
  Preview deliver(
      Delivery delivery, String source, Path destination, Ownership ownership, boolean blueprint)
      throws JobException, InterruptedException;

  /** What {@link NodeContext#deliverTree} would do. */
  Preview deliverTree(SourceTree tree, Path destination, Ownership ownership, TreeOptions options)
      throws JobException, InterruptedException;

  /** What {@link NodeContext#fetch} would send, by the sizes that files have now. */
  FetchReport fetch(FetchRequest request) throws JobException, InterruptedException;

  /**
   * The delivered content.
   *
   * @throws JobException also if it has more bytes than that
   */
  byte[] content(Delivery delivery, int maxBytes) throws JobException, InterruptedException;

  /** What {@link NodeContext#makeDirectory} would do. */
  Preview makeDirectory(Path path, Ownership ownership) throws JobException;

  /** Whether a directory is there, or would be. */
  boolean isDirectory(Path path);

  /** What {@link NodeContext#putArg} would do. */
  Preview putArg(String name, JsonNode value, boolean extend) throws JobException;

  /** What {@link NodeContext#putEnv} would do. */
  Preview putEnv(String name, String value) throws JobException;

  /** What {@link NodeContext#evict} would do. */
  Preview evict(CacheTag tag);

  /** The job would set this argument, to what only its work can tell. */
  void wouldSet(String argument);

  /** The job would set arguments of which not even the names are known. */
  void wouldSetAny();
}
