package io.directord.client.execution;

import io.directord.client.files.Attributes;
import io.directord.client.files.PathChangedException;
import io.directord.client.files.TreeComparison;
import io.directord.client.files.TreeComparison.Differing;
import io.directord.client.files.TreeUpdate;
import io.directord.common.component.JobException;
import io.directord.common.component.Preview;
import io.directord.common.component.ReadableNode.Ownership;
import io.directord.common.storage.IoErrors;
import io.directord.common.tree.FingerprintStore;
import io.directord.common.tree.SourceTree;
import io.directord.common.tree.TreeEntry;
import io.directord.common.tree.TreeOptions;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Says what {@link TreePlacer} would do, and changes nothing. Used once. */
final class TreePreviewer {
  /** No further file's differences are shown beyond; a job's diffs are limited to 64 KiB. */
  private static final int ENOUGH_DIFF = 48 << 10;

  private final FilePreviewer files;
  private final DeliveredTree tree;
  private final FingerprintStore fingerprints;
  private final boolean diff;

  /**
   * @param fingerprints of files in directories that trees were placed in
   * @param diff whether differences of files are shown
   */
  TreePreviewer(
      FilePreviewer files, DeliveredTree tree, FingerprintStore fingerprints, boolean diff) {
    this.fingerprints = fingerprints;
    this.files = files;
    this.tree = tree;
    this.diff = diff;
  }

  Preview preview(SourceTree source, Path path, Ownership ownership, TreeOptions options)
      throws JobException, InterruptedException {
    try {
      List<TreeEntry> entries = tree.entries();
      boolean isThere = Files.exists(path);
      Integer mode = TreeUpdate.entering(ownership.mode());
      Ownership root = new Ownership(ownership.user(), ownership.group(), mode);
      Preview directory = files.makeDirectory(path, root);
      try (TreeComparison comparison =
          TreeComparison.of(
              path,
              isThere,
              entries,
              Attributes.of(ownership),
              options,
              fingerprints.load(TreePlacer.kept(path)))) {
        comparison.compare();
        boolean other = directory.effect() != Preview.Effect.UNCHANGED;
        if (comparison.differences() == 0 && !other) {
          return Preview.unchanged(path + " is as it would be: " + comparison.summary());
        }
        if (isThere && !Files.isWritable(path)) {
          throw new JobException(path + " cannot be changed: it is not writable");
        }
        String sentence = (other ? directory.sentence() + ", " : path + ": ");
        return new Preview(
            Preview.Effect.CHANGED,
            sentence + comparison.summary(),
            diff ? diff(source, comparison, entries) : "");
      }
    } catch (ClosedByInterruptException e) {
      throw new InterruptedException();
    } catch (PathChangedException e) {
      throw new JobException(
          "something in " + path + " was changed by another process meanwhile", e);
    } catch (IOException e) {
      throw new JobException(path + " cannot be examined: " + IoErrors.say(e), e);
    }
  }

  private String diff(SourceTree source, TreeComparison comparison, List<TreeEntry> entries)
      throws JobException, IOException, InterruptedException {
    StringBuilder text = new StringBuilder();
    List<Differing> differing = comparison.differing();
    Map<String, Long> starts =
        DeliveredTree.starts(entries, differing.stream().map(Differing::entry).toList());
    for (int i = 0; i < differing.size(); i++) {
      if (text.length() > ENOUGH_DIFF) {
        text.append("[... more files differ, of which no content is shown ...]\n");
        break;
      }
      Differing file = differing.get(i);
      TreeEntry entry = file.entry();
      String name = source.path() + "/" + entry.path();
      FileDiff shown = new FileDiff(comparison.path(entry).toString(), name);
      text.append(diff(shown, file, comparison, starts.get(entry.path())));
    }
    return text.toString();
  }

  private String diff(FileDiff shown, Differing file, TreeComparison comparison, long start)
      throws JobException, IOException, InterruptedException {
    TreeEntry entry = file.entry();
    boolean isNew = file.before() < 0;
    String before = isNew ? "no file" : file.before() + " bytes";
    String why =
        file.shown() ? FileDiff.tooLarge(file.before(), entry.size()) : "not everyone may read it";
    byte[] old = null;
    if (why == null && !isNew) {
      try {
        old = comparison.before(file);
      } catch (IOException e) {
        why = "it cannot be read";
      }
    }
    return why == null
        ? shown.of(old, tree.content(entry, start), before, entry.text())
        : shown.withoutContent(why, before, entry.size(), entry.text());
  }
}
