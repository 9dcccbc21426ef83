package io.directord.common.component;

import java.util.List;

/** What planning halves may ask of the operator's side. */
public interface PlanContext {

  /**
   * What SOURCE names, sorted by path: a path or a glob, absolute, relative to the working folder,
   * or relative to the orchestration file. They are read once, to take their fingerprints, and will
   * be uploaded if the server cannot see them.
   *
   * @throws PlanException if there is no regular file, or one cannot be read; it names the folders
   *     looked in
   */
  Matches files(String source) throws PlanException;

  /**
   * What SOURCE matches.
   *
   * @param files regular files
   * @param others paths that are not regular files, such as directories
   */
  record Matches(List<SourceFile> files, List<String> others) {}
}
