package io.directord.common.tree;

import java.util.List;

/**
 * What a node did to make a directory as a tree has it.
 *
 * @param changed how many files, links and directories were made or changed
 * @param deleted how many were deleted
 * @param unchanged how many were as wanted
 * @param names of what was deleted, the first of them
 * @param left what should have been deleted and was left, and why; the first of them
 */
public record TreeChanges(
    int changed, int deleted, int unchanged, List<String> names, List<String> left) {

  /** Maximum length of the lists. */
  public static final int MAX_NAMES = 100;

  /** In numbers, for people. */
  public String summary() {
    return changed
        + (changed == 1 ? " file changed, " : " files changed, ")
        + deleted
        + " deleted, "
        + unchanged
        + " unchanged";
  }
}
