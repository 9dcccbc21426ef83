package io.directord.client.execution;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.algorithm.myers.MyersDiffWithLinearSpace;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.ChangeDelta;
import com.github.difflib.patch.Chunk;
import com.github.difflib.patch.Patch;
import io.directord.common.security.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The unified diff of one file. Loaded only if a dry run asks for it, as its library is. */
final class FileDiff {
  /** Of a larger file only sizes and digest are told. */
  private static final long MAX_BYTES = 256 << 10;

  /**
   * Lines from the first to the last that differ. Comparing takes time that grows with their number
   * and with that of the differences.
   */
  private static final int MAX_LINES = 3000;

  private static final int CONTEXT_LINES = 3;
  private static final String NO_NEWLINE = "\\ No newline at end of file";

  private final String path;
  private final String source;

  FileDiff(String path, String source) {
    this.path = path;
    this.source = source;
  }

  /** Why files of these sizes are not shown; null if they are. */
  static String tooLarge(long before, long after) {
    return Math.max(before, after) > MAX_BYTES
        ? "it is larger than " + (MAX_BYTES >> 10) + " KiB"
        : null;
  }

  /**
   * @param why the content is not shown
   * @param before what is there now
   */
  String withoutContent(String why, String before, long size, String sha256) {
    return path
        + ": the content is not shown, since "
        + why
        + ": "
        + before
        + " -> "
        + size
        + " bytes, sha256 "
        + sha256
        + "\n";
  }

  /**
   * @param before null if there is no file
   * @param shownBefore the same, for people
   */
  String of(byte[] before, byte[] after, String shownBefore, String sha256) {
    List<String> old = before == null ? List.of() : lines(before);
    List<String> fresh = lines(after);
    if (old == null || fresh == null) {
      return withoutContent("it is not text", shownBefore, after.length, sha256);
    }
    if (differing(old, fresh) > MAX_LINES) {
      return withoutContent(
          "its differences reach over more than " + MAX_LINES + " lines",
          shownBefore,
          after.length,
          sha256);
    }
    Patch<String> patch = joined(DiffUtils.diff(old, fresh, new MyersDiffWithLinearSpace<>()));
    List<String> lines =
        UnifiedDiffUtils.generateUnifiedDiff(
            before == null ? "/dev/null" : path,
            path + " (" + source + ")",
            old,
            patch,
            CONTEXT_LINES);
    // An empty file that is new has no differing lines.
    return lines.isEmpty()
        ? withoutContent("there is none", shownBefore, after.length, Digests.sha256(after))
        : String.join("\n", lines) + "\n";
  }

  private static int differing(List<String> old, List<String> fresh) {
    int shorter = Math.min(old.size(), fresh.size());
    int same = 0;
    while (same < shorter && old.get(same).equals(fresh.get(same))) {
      same++;
    }
    int end = 0;
    while (end < shorter - same
        && old.get(old.size() - 1 - end).equals(fresh.get(fresh.size() - 1 - end))) {
      end++;
    }
    return Math.max(old.size(), fresh.size()) - same - end;
  }

  /** With what is removed and added at one place as one change, removed lines first. */
  private static Patch<String> joined(Patch<String> patch) {
    Patch<String> joined = new Patch<>();
    AbstractDelta<String> last = null;
    for (AbstractDelta<String> delta : patch.getDeltas()) {
      if (last != null && touches(last, delta)) {
        last =
            new ChangeDelta<>(
                joined(last.getSource(), delta.getSource()),
                joined(last.getTarget(), delta.getTarget()));
      } else {
        if (last != null) {
          joined.addDelta(last);
        }
        last = delta;
      }
    }
    if (last != null) {
      joined.addDelta(last);
    }
    return joined;
  }

  private static boolean touches(AbstractDelta<String> a, AbstractDelta<String> b) {
    return a.getSource().getPosition() + a.getSource().size() == b.getSource().getPosition()
        && a.getTarget().getPosition() + a.getTarget().size() == b.getTarget().getPosition();
  }

  private static Chunk<String> joined(Chunk<String> a, Chunk<String> b) {
    List<String> lines = new ArrayList<>(a.getLines());
    lines.addAll(b.getLines());
    return new Chunk<>(a.getPosition(), lines);
  }

  /** Null if it is not text. A line that is not ended has the usual mark behind it. */
  private static List<String> lines(byte[] bytes) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
    if (text.indexOf('\0') >= 0) {
      return null;
    }
    if (text.isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
    int last = lines.size() - 1;
    if (lines.get(last).isEmpty()) {
      lines.remove(last);
    } else {
      lines.set(last, lines.get(last) + "\n" + NO_NEWLINE);
    }
    return lines;
  }
}
