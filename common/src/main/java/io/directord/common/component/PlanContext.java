package io.directord.common.component;

import io.directord.common.tree.SourceTree;
import java.util.List;

/** The operator's side, as seen by planning halves. */
public interface PlanContext {

  /**
   * The files that SOURCE names, sorted by path: a path or a glob, absolute, relative to the
   * working directory, or relative to the orchestration file. They are read once for their
   * fingerprints, and are uploaded if the server cannot read them.
   *
   * @throws PlanException if there is no regular file, or one cannot be read; the message names the
   *     searched directories
   */
  Matches files(String source) throws PlanException;

  /**
   * Makes a content of a secret, whose value is read here, where the operator is.
   *
   * @param from where it is
   * @param name of the file or variable; null for standard input
   * @throws PlanException if it cannot be read, or is not a text of some length
   */
  default SourceFile secret(SecretSource from, String name) throws PlanException {
    throw new PlanException("secrets cannot be read here");
  }

  /** Where the value of a secret is read. */
  enum SecretSource {
    FILE,
    VARIABLE,
    STANDARD_INPUT
  }

  /**
   * The matches of SOURCE.
   *
   * @param files regular files
   * @param others paths that are not regular files, such as directories
   */
  record Matches(List<SourceFile> files, List<String> others) {}

  /**
   * The directory that SOURCE names, found as with {@link #files}; it is read once for the
   * fingerprints of all its files. Links in it are not followed.
   *
   * @param exclude patterns of what is left out
   * @throws PlanException if there is no such directory, or not all of it can be read; the message
   *     names what cannot
   */
  Directory directory(String source, List<String> exclude) throws PlanException;

  /**
   * A directory.
   *
   * @param tree without its destination
   * @param isEmpty whether there is nothing in it
   * @param others paths in it that are not files, directories or links, such as sockets; the first
   *     of them
   */
  record Directory(SourceTree tree, boolean isEmpty, List<String> others) {}
}
