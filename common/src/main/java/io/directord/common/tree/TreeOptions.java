package io.directord.common.tree;

import java.util.List;

/**
 * How a node makes a directory as a tree has it.
 *
 * @param delete whether what the tree does not have is deleted
 * @param exclude patterns of what is left alone, see {@link Excludes}
 */
public record TreeOptions(boolean delete, List<String> exclude) {}
