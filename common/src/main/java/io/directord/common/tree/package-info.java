/**
 * A directory as a content of its own: {@link io.directord.common.tree.Manifest} lists what is in
 * it, {@link io.directord.common.tree.SourceTree} stands for it in a job, and {@link
 * io.directord.common.tree.Excludes} says what is left out. Knows nothing of where the bytes are.
 */
package io.directord.common.tree;
