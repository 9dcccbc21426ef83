package io.directord.cli.top;

import io.directord.cli.output.Display;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Text that takes the place of the list: why a job waits, its output, a node, help. The oldest
 * lines go when there are too many, and are counted.
 */
final class TextPane {
  /** Lines that are kept. */
  static final int MAX_LINES = 5000;

  /** Characters of a line that has no end yet. */
  static final int MAX_LINE = 4096;

  private static final int INDENT = 2;

  private final String title;
  private final Deque<String> lines = new ArrayDeque<>();
  private final boolean isTail;
  private boolean atEnd;
  private int top;
  private long dropped;

  /**
   * @param isTail whether the end is shown, and further lines as they come
   */
  TextPane(String title, List<String> lines, boolean isTail) {
    this.title = title;
    this.isTail = isTail;
    this.atEnd = isTail;
    this.lines.addAll(lines);
  }

  String title() {
    return dropped == 0 ? title : title + " (" + dropped + " earlier lines left out)";
  }

  /** Puts these lines in place of what was there. */
  void replace(List<String> all, long leftOut) {
    lines.clear();
    lines.addAll(all);
    dropped = leftOut;
  }

  /** Moves by so many lines, down if they are positive. */
  void scroll(int by) {
    atEnd = false;
    top = (int) Math.max(0, Math.min((long) top + by, Integer.MAX_VALUE));
  }

  /** The lines that fit, the long ones on several. */
  List<String> shown(int rows, int columns) {
    List<String> all = new ArrayList<>();
    lines.forEach(line -> all.addAll(Display.wrapped(Display.harmless(line), columns, INDENT)));
    int last = Math.max(0, all.size() - rows);
    atEnd |= isTail && top >= last;
    top = atEnd ? last : Math.min(top, last);
    return all.subList(top, Math.min(all.size(), top + rows));
  }
}
