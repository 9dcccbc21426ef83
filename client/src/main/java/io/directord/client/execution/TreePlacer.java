package io.directord.client.execution;

import io.directord.client.files.Attributes;
import io.directord.client.files.PathChangedException;
import io.directord.client.files.StagingNotes;
import io.directord.client.files.TreeUpdate;
import io.directord.common.component.JobException;
import io.directord.common.component.ReadableNode.Ownership;
import io.directord.common.pieces.PieceList;
import io.directord.common.security.Digests;
import io.directord.common.storage.IoErrors;
import io.directord.common.tree.FingerprintStore;
import io.directord.common.tree.KnownFingerprints;
import io.directord.common.tree.TreeChanges;
import io.directord.common.tree.TreeEntry;
import io.directord.common.tree.TreeOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Places a delivered directory, by {@link TreeUpdate}: compares it with what is there, and fetches
 * the chunks that have bytes of files that differ. Used once.
 */
final class TreePlacer {
  /** Number of pieces in memory beyond which further files are fetched as a whole. */
  private static final int MAX_PIECES = 100_000;

  private final DeliveredTree tree;
  private final StagingNotes notes;
  private final FingerprintStore fingerprints;
  private long fetched;
  private long patched;

  /**
   * @param fingerprints of files in directories that trees were placed in
   */
  TreePlacer(DeliveredTree tree, StagingNotes notes, FingerprintStore fingerprints) {
    this.tree = tree;
    this.notes = notes;
    this.fingerprints = fingerprints;
  }

  /** What {@link FingerprintStore} knows the fingerprints of files in a directory by. */
  static String kept(Path directory) {
    return "in " + directory;
  }

  TreeChanges place(Path path, Ownership ownership, TreeOptions options)
      throws JobException, InterruptedException {
    try {
      List<TreeEntry> entries = tree.entries();
      Attributes wanted = Attributes.of(ownership);
      KnownFingerprints known = fingerprints.load(kept(path));
      try (TreeUpdate update = TreeUpdate.of(path, entries, wanted, options, notes, known)) {
        List<TreeEntry> needed = update.compare();
        fingerprints.save(kept(path), known);
        Map<String, Long> starts = DeliveredTree.starts(entries, needed);
        Map<TreeEntry, Patch> patches = patches(update, needed, starts);
        List<TreeEntry> again = fetch(update, needed, starts, patches);
        if (!again.isEmpty()) {
          fetch(update, again, starts, Map.of());
        }
        return update.finish();
      }
    } catch (ClosedByInterruptException e) {
      throw new InterruptedException();
    } catch (PathChangedException e) {
      throw new JobException(
          "something in " + path + " was changed by another process meanwhile: run the job again",
          e);
    } catch (IOException e) {
      throw new JobException(path + ": " + IoErrors.sayWhere(e), e);
    }
  }

  /** How many bytes were fetched of files that had an earlier version. */
  long fetched() {
    return fetched;
  }

  /** The size of these files together, in bytes. */
  long patched() {
    return patched;
  }

  /** How large files are made of what is there. */
  private Map<TreeEntry, Patch> patches(
      TreeUpdate update, List<TreeEntry> needed, Map<String, Long> starts)
      throws IOException, InterruptedException {
    Map<TreeEntry, Patch> patches = new HashMap<>();
    int pieces = 0;
    for (TreeEntry file : needed) {
      if (PieceList.isOf(file.size()) && pieces < MAX_PIECES) {
        try (FileChannel base = update.open(file)) {
          Patch patch =
              base == null || !PieceList.isOf(base.size())
                  ? null
                  : Patch.of(
                      tree.source(),
                      tree.files(),
                      starts.get(file.path()),
                      file.size(),
                      (position, into) -> base.read(into, position));
          if (patch != null) {
            patches.put(file, patch);
            pieces += patch.pieces();
          }
        }
      }
    }
    return patches;
  }

  /**
   * Fetches and places files.
   *
   * @return those that have to be fetched as a whole
   */
  private List<TreeEntry> fetch(
      TreeUpdate update,
      List<TreeEntry> needed,
      Map<String, Long> starts,
      Map<TreeEntry, Patch> patches)
      throws JobException, IOException, InterruptedException {
    try (Intake intake = new Intake(update, needed, starts, patches)) {
      tree.fetch(intake.chunks(), intake::take);
      intake.finish();
      return intake.again;
    }
  }

  /**
   * Distributes the bytes of chunks to the files that are needed, in order, and copies what patches
   * have.
   */
  private final class Intake implements AutoCloseable {
    private final TreeUpdate update;
    private final List<TreeEntry> needed;
    private final Map<String, Long> starts;
    private final Map<TreeEntry, Patch> patches;
    private final long[] chunks;
    private final MessageDigest digest = Digests.sha256();

    /** What a patch has not made as it should be. */
    private final List<TreeEntry> again = new ArrayList<>();

    private int chunk;
    private int at;
    private FileChannel out;
    private FileChannel base;
    private long written;

    Intake(
        TreeUpdate update,
        List<TreeEntry> needed,
        Map<String, Long> starts,
        Map<TreeEntry, Patch> patches) {
      this.update = update;
      this.needed = new ArrayList<>(needed);
      this.starts = starts;
      this.patches = patches;
      this.chunks = needed.stream().flatMapToLong(this::chunksOf).distinct().toArray();
    }

    private LongStream chunksOf(TreeEntry file) {
      Patch patch = patches.get(file);
      return patch == null
          ? tree.chunksOf(file, starts.get(file.path()))
          : LongStream.of(patch.chunks());
    }

    long[] chunks() {
      return chunks;
    }

    void take(byte[] bytes) throws JobException, IOException {
      long begin = chunks[chunk++] * tree.chunkBytes();
      long end = begin + bytes.length;
      copy(begin);
      while (at < needed.size()) {
        TreeEntry file = needed.get(at);
        long from = starts.get(file.path()) + written;
        if (file.size() > 0 && from >= end) {
          return;
        }
        int length = (int) Math.max(0, Math.min(end, from + file.size() - written) - from);
        write(file, bytes, length == 0 ? 0 : (int) (from - begin), length);
        if (written < file.size()) {
          return;
        }
        end(file);
      }
    }

    /** Makes what is behind the last chunk, and files that have none. */
    void finish() throws JobException, IOException {
      copy(Long.MAX_VALUE);
    }

    /** Copies what patches have up to a place among all files. */
    private void copy(long until) throws JobException, IOException {
      while (at < needed.size()) {
        TreeEntry file = needed.get(at);
        long start = starts.get(file.path());
        Patch patch = patches.get(file);
        if (patch != null) {
          patch.copy(
              start + written,
              Math.min(until, start + file.size()),
              this::base,
              (bytes, offset, length) -> write(file, bytes, offset, length));
        }
        if (written < file.size()) {
          return;
        }
        write(file, new byte[0], 0, 0);
        end(file);
      }
    }

    private int base(long position, ByteBuffer into) throws IOException {
      if (base == null) {
        base = update.open(needed.get(at));
      }
      return base == null ? 0 : base.read(into, position);
    }

    private void write(TreeEntry file, byte[] bytes, int offset, int length)
        throws JobException, IOException {
      if (out == null) {
        out = update.create(file);
      }
      digest.update(bytes, offset, length);
      ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
      while (buffer.hasRemaining()) {
        out.write(buffer);
      }
      written += length;
    }

    private void end(TreeEntry file) throws JobException, IOException {
      String sha256 = Digests.hex(digest);
      Patch patch = patches.get(file);
      if (patch != null && !sha256.equals(file.text())) {
        again.add(file);
        out.close();
      } else {
        WrongContentException.require(file.text(), sha256);
        update.place(file, out);
        if (patch != null) {
          fetched += patch.fetched();
          patched += file.size();
        }
      }
      out = null;
      closeBase();
      written = 0;
      at++;
    }

    private void closeBase() throws IOException {
      if (base != null) {
        base.close();
        base = null;
      }
    }

    @Override
    public void close() throws IOException {
      closeBase();
      if (out != null) {
        out.close();
        out = null;
      }
    }
  }
}
