package io.directord.common.component;

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
   * The matches of SOURCE.
   *
   * @param files regular files
   * @param others paths that are not regular files, such as directories
   */
  record Matches(List<SourceFile> files, List<String> others) {}
}
