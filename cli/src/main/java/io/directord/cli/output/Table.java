package io.directord.cli.output;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Text in columns: headings, dashes, rows, two spaces between columns. A column is as wide as its
 * longest cell and at least two wider than its heading, as in the original. A cell of several lines
 * makes several lines. On a narrower terminal, columns shrink as {@link Column.Fit} says.
 */
public final class Table {
  /** No limit, for a pipe or a file. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  private static final int GAP = 2;
  private static final int MIN_CUT = 12;

  private final int width;
  private final List<Column> columns;

  /** Cells are lists of lines. */
  private final List<List<List<String>>> rows = new ArrayList<>();

  /**
   * @param width of the terminal; {@link #UNLIMITED} if there is none
   */
  public Table(int width, Column... columns) {
    this.width = width;
    this.columns = List.of(columns);
  }

  public void row(Object... cells) {
    List<List<String>> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(lines(String.valueOf(cell)));
    }
    rows.add(row);
  }

  private List<String> lines(String cell) {
    if (width != UNLIMITED) {
      return cell.lines().map(Display::harmless).toList();
    }
    boolean one = !cell.isEmpty() && cell.indexOf('\n') < 0 && cell.indexOf('\r') < 0;
    return one ? List.of(cell) : cell.lines().toList();
  }

  public int size() {
    return rows.size();
  }

  /** The table's lines. */
  public List<String> lines() {
    Layout layout = layout();
    int[] widths = layout.widths;
    List<Integer> shown = layout.shown;
    List<String> lines = new ArrayList<>();
    List<String> headings = new ArrayList<>();
    List<String> dashes = new ArrayList<>();
    for (int c = 0; c < widths.length; c++) {
      headings.add(columns.get(c).heading());
      dashes.add("-".repeat(widths[c]));
    }
    lines.add(line(headings, widths, shown));
    lines.add(line(dashes, widths, shown));
    for (List<List<String>> row : rows) {
      addRow(row, widths, shown, lines);
    }
    return lines;
  }

  /** Whether every cell is shown in full. */
  public boolean isWhole() {
    return layout().whole;
  }

  /** The headings of columns for which the terminal is too narrow. */
  List<String> leftOut() {
    List<Integer> shown = layout().shown;
    List<String> headings = new ArrayList<>();
    for (int c = 0; c < columns.size(); c++) {
      if (!shown.contains(c)) {
        headings.add(columns.get(c).heading());
      }
    }
    return headings;
  }

  /**
   * @param widths of all columns
   * @param shown numbers of the columns that are
   * @param whole whether every cell is shown in full
   */
  private record Layout(int[] widths, List<Integer> shown, boolean whole) {}

  private Layout layout() {
    List<Integer> shown = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      shown.add(i);
    }
    int[] widths = widths(2);
    if (total(widths, shown) <= width) {
      return new Layout(widths, shown, true);
    }
    widths = widths(0);
    int[] wanted = widths.clone();
    squeeze(widths, shown);
    boolean whole = shown.size() == columns.size();
    for (int c : shown) {
      whole &= widths[c] == wanted[c] || columns.get(c).fit() == Column.Fit.WRAP;
    }
    return new Layout(widths, shown, whole);
  }

  /**
   * @param beside columns that a heading has beside its text at least
   */
  private int[] widths(int beside) {
    int[] widths = new int[columns.size()];
    for (int c = 0; c < widths.length; c++) {
      widths[c] = columns.get(c).heading().length() + beside;
      for (List<List<String>> row : rows) {
        for (String line : row.get(c)) {
          widths[c] = Math.max(widths[c], Display.width(line));
        }
      }
    }
    return widths;
  }

  private static int total(int[] widths, List<Integer> shown) {
    int total = GAP * (shown.size() - 1);
    for (int c : shown) {
      total += widths[c];
    }
    return total;
  }

  /**
   * Removes columns until the rest fits at minimum width, then widens the columns that can be cut.
   */
  private void squeeze(int[] widths, List<Integer> shown) {
    int[] wanted = widths.clone();
    List<Integer> soft = new ArrayList<>();
    for (int c : shown) {
      Column.Fit fit = columns.get(c).fit();
      if (fit == Column.Fit.CUT || fit == Column.Fit.WRAP) {
        soft.add(c);
        widths[c] = Math.min(widths[c], Math.max(MIN_CUT, columns.get(c).heading().length()));
      }
    }
    drop(Column.Fit.DROP_FIRST, widths, shown);
    drop(Column.Fit.DROP, widths, shown);
    drop(Column.Fit.CUT, widths, shown);
    cutWidest(widths, shown);
    soft.retainAll(shown);
    soft.sort(Collections.reverseOrder((a, b) -> Integer.compare(wanted[b], wanted[a])));
    int left = width - total(widths, shown);
    for (int i = 0; i < soft.size() && left > 0; i++) {
      int c = soft.get(i);
      int more = Math.min(wanted[c] - widths[c], left / (soft.size() - i));
      widths[c] += more;
      left -= more;
    }
  }

  private void drop(Column.Fit fit, int[] widths, List<Integer> shown) {
    for (int i = shown.size() - 1; i >= 0 && total(widths, shown) > width; i--) {
      if (columns.get(shown.get(i)).fit() == fit) {
        shown.remove(i);
      }
    }
  }

  /** Cuts the widest column as a last resort, also one that people copy. */
  private void cutWidest(int[] widths, List<Integer> shown) {
    int widest = Collections.max(shown, (a, b) -> Integer.compare(widths[a], widths[b]));
    int tooMuch = Math.max(0, total(widths, shown) - width);
    widths[widest] = Math.max(Math.min(MIN_CUT, widths[widest]), widths[widest] - tooMuch);
  }

  private void addRow(
      List<List<String>> row, int[] widths, List<Integer> shown, List<String> lines) {
    List<List<String>> cells = new ArrayList<>();
    int height = 1;
    for (int c = 0; c < columns.size(); c++) {
      cells.add(fitted(row.get(c), widths[c], columns.get(c).fit()));
      height = Math.max(height, cells.get(c).size());
    }
    for (int i = 0; i < height; i++) {
      List<String> line = new ArrayList<>();
      for (List<String> cell : cells) {
        line.add(i < cell.size() ? cell.get(i) : "");
      }
      lines.add(line(line, widths, shown));
    }
  }

  private static List<String> fitted(List<String> cell, int width, Column.Fit fit) {
    List<String> out = new ArrayList<>();
    for (String line : cell) {
      if (Display.width(line) <= width) {
        out.add(line);
      } else if (fit == Column.Fit.WRAP) {
        out.addAll(Display.wrapped(line, width));
      } else {
        out.add(Display.cut(line, width));
      }
    }
    return out;
  }

  private static String line(List<String> cells, int[] widths, List<Integer> shown) {
    StringBuilder line = new StringBuilder();
    for (int c : shown) {
      if (c != shown.get(0)) {
        line.append(" ".repeat(GAP));
      }
      String cell = cells.get(c);
      line.append(Display.padded(cell, widths[c]));
    }
    return line.toString().stripTrailing();
  }
}
