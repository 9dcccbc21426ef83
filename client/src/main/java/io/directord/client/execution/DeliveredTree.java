package io.directord.client.execution;

import io.directord.common.component.JobException;
import io.directord.common.job.Outcome;
import io.directord.common.security.Digests;
import io.directord.common.tree.Manifest;
import io.directord.common.tree.TreeEntry;
import io.directord.common.wire.Delivery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * A delivered directory: its manifest, and the content of its files one after the other.
 *
 * @param manifest see {@link Manifest}
 * @param files of it, see {@link Delivery#filesOf}
 */
record DeliveredTree(DeliverySource source, Delivery manifest, Delivery files) {

  /** Fetches the manifest. */
  List<TreeEntry> entries() throws JobException, IOException, InterruptedException {
    if (manifest.size() > Manifest.MAX_BYTES) {
      throw new JobException(
          Outcome.Reason.REFUSED, "a manifest of " + manifest.size() + " bytes is too long");
    }
    ByteArrayOutputStream text = new ByteArrayOutputStream((int) manifest.size());
    source.fetch(manifest, text::writeBytes);
    byte[] bytes = text.toByteArray();
    source.require(manifest, Digests.sha256(bytes));
    return Manifest.read(bytes);
  }

  /**
   * Where files begin among all of them, by their paths.
   *
   * @param files some of the entries, in their order
   */
  static Map<String, Long> starts(List<TreeEntry> entries, List<TreeEntry> files) {
    Map<String, Long> starts = new HashMap<>();
    Iterator<TreeEntry> wanted = files.iterator();
    TreeEntry next = wanted.hasNext() ? wanted.next() : null;
    long at = 0;
    for (TreeEntry entry : entries) {
      if (next == null) {
        break;
      }
      if (entry == next) {
        starts.put(entry.path(), at);
        next = wanted.hasNext() ? wanted.next() : null;
      }
      at += entry.size();
    }
    return starts;
  }

  long chunkBytes() {
    return files.chunkBytes();
  }

  /**
   * The chunks that have bytes of a file.
   *
   * @param start of it among all
   */
  LongStream chunksOf(TreeEntry file, long start) {
    return files.chunksOf(start, file.size());
  }

  /** Fetches chunks of the files. */
  void fetch(long[] chunks, DeliverySource.Sink sink)
      throws JobException, IOException, InterruptedException {
    try {
      source.fetch(files, chunks, sink);
    } catch (WrongContentException e) {
      source.tellWrong(files);
      throw e;
    }
  }

  /**
   * Fetches one file, which must be small.
   *
   * @param start of it among all
   */
  byte[] content(TreeEntry file, long start)
      throws JobException, IOException, InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    long[] chunks = chunksOf(file, start).toArray();
    fetch(chunks, bytes::writeBytes);
    int from = chunks.length == 0 ? 0 : (int) (start - chunks[0] * chunkBytes());
    byte[] content = Arrays.copyOfRange(bytes.toByteArray(), from, from + (int) file.size());
    try {
      WrongContentException.require(file.text(), Digests.sha256(content));
    } catch (WrongContentException e) {
      source.tellWrong(files);
      throw e;
    }
    return content;
  }
}
