package io.directord.common.tree;

import io.directord.common.tree.TreeEntry.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The list of what is in a tree, as a text with a line for each entry. A directory comes before
 * what is in it, and entries of a directory are sorted by name, so equal trees have equal
 * manifests.
 *
 * <pre>
 * directord tree 1
 * d 755 sub
 * f 644 5 2cf24d... sub/file
 * l sub/link where/it/leads
 * </pre>
 *
 * Control characters, spaces and percent signs of paths are written as {@code %} and two
 * hexadecimal digits.
 */
public final class Manifest {
  /** Maximum length, in bytes. */
  public static final int MAX_BYTES = 32 << 20;

  /** Maximum number of entries. */
  public static final int MAX_ENTRIES = 200_000;

  private static final String FIRST_LINE = "directord tree 1";
  private static final int MAX_LINE = 16 << 10;
  private static final int MAX_MODE = 0777;
  private static final int OCTAL = 8;
  private static final int HEXADECIMAL = 16;
  private static final int DECIMAL = 10;

  /** Length of a SHA-256. */
  private static final int DIGITS = 64;

  private Manifest() {}

  /** Takes the entries of a manifest, in order. */
  @FunctionalInterface
  public interface Taker {
    void take(TreeEntry entry) throws IOException;
  }

  /** The text of entries that are sorted as said above. */
  public static byte[] of(List<TreeEntry> entries) {
    StringBuilder out = new StringBuilder(FIRST_LINE).append('\n');
    for (TreeEntry entry : entries) {
      out.append(entry.kind().letter()).append(' ');
      if (entry.kind() != Kind.LINK) {
        out.append(Integer.toOctalString(entry.mode())).append(' ');
      }
      if (entry.isFile()) {
        out.append(entry.size()).append(' ').append(entry.text()).append(' ');
      }
      escape(entry.path(), out);
      if (entry.kind() == Kind.LINK) {
        escape(entry.text(), out.append(' '));
      }
      out.append('\n');
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** All entries of a manifest that is in memory. */
  public static List<TreeEntry> read(byte[] text) throws IOException {
    List<TreeEntry> entries = new ArrayList<>();
    read(new ByteArrayInputStream(text), entries::add);
    return entries;
  }

  /**
   * Reads and checks a manifest. Every path stays below the tree's root, and leads through
   * directories of the manifest only.
   *
   * @throws InvalidTreeException if it is not a manifest
   */
  public static void read(InputStream text, Taker taker) throws IOException {
    Lines lines = new Lines(text);
    if (!FIRST_LINE.equals(lines.next())) {
      throw new InvalidTreeException("the content is not the manifest of a directory");
    }
    Order order = new Order();
    int number = 1;
    for (String line = lines.next(); line != null; line = lines.next()) {
      number++;
      if (number > MAX_ENTRIES + 1) {
        throw new InvalidTreeException("a manifest has at most " + MAX_ENTRIES + " entries");
      }
      TreeEntry entry = entry(line);
      if (entry == null || !isValid(entry) || !order.allows(entry)) {
        throw new InvalidTreeException("line " + number + " of the manifest is invalid");
      }
      taker.take(entry);
    }
  }

  /** Lines whose length is bounded. */
  private static final class Lines {
    private final InputStream in;
    private final byte[] buffer = new byte[4 * MAX_LINE];
    private int from;
    private int end;

    Lines(InputStream in) {
      this.in = in;
    }

    /** Null at the end. */
    String next() throws IOException {
      for (int at = from; ; at++) {
        if (at - from > MAX_LINE) {
          throw new InvalidTreeException("a line of the manifest is too long");
        }
        if (at == end) {
          at -= from;
          if (!fill()) {
            return atEnd();
          }
        }
        if (buffer[at] == '\n') {
          String line = new String(buffer, from, at - from, StandardCharsets.UTF_8);
          from = at + 1;
          return line;
        }
      }
    }

    /** Moves the begun line to the front and reads more behind it. */
    private boolean fill() throws IOException {
      System.arraycopy(buffer, from, buffer, 0, end - from);
      end -= from;
      from = 0;
      int read = in.read(buffer, end, buffer.length - end);
      end += Math.max(0, read);
      return read > 0;
    }

    private String atEnd() throws IOException {
      if (from < end) {
        throw new InvalidTreeException("the manifest is cut short");
      }
      return null;
    }
  }

  private static TreeEntry entry(String line) {
    if (line.length() < 3 || line.charAt(1) != ' ') {
      return null;
    }
    try {
      return switch (line.charAt(0)) {
        case 'd' -> {
          int path = next(line, 2);
          yield TreeEntry.directory(last(line, path), mode(line, path));
        }
        case 'f' -> {
          int size = next(line, 2);
          int digest = next(line, size);
          int path = next(line, digest);
          yield TreeEntry.file(
              last(line, path),
              mode(line, size),
              Long.parseLong(line, size, digest - 1, DECIMAL),
              sha256(line, digest, path - 1));
        }
        case 'l' -> {
          int target = next(line, 2);
          yield TreeEntry.link(unescape(line.substring(2, target - 1)), last(line, target));
        }
        default -> null;
      };
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Where the word behind that at this place begins. */
  private static int next(String line, int from) {
    int space = line.indexOf(' ', from);
    if (space < 0) {
      throw new NumberFormatException("a word is missing");
    }
    return space + 1;
  }

  private static String last(String line, int from) {
    if (from == line.length() || line.indexOf(' ', from) >= 0) {
      throw new NumberFormatException("one word is expected");
    }
    return unescape(line.substring(from));
  }

  private static int mode(String line, int behind) {
    return Integer.parseInt(line, 2, behind - 1, OCTAL);
  }

  private static String sha256(String line, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = line.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        throw new NumberFormatException("a fingerprint is expected");
      }
    }
    if (to - from != DIGITS) {
      throw new NumberFormatException("a fingerprint is expected");
    }
    return line.substring(from, to);
  }

  private static boolean isValid(TreeEntry entry) {
    boolean numbers = entry.mode() >= 0 && entry.mode() <= MAX_MODE && entry.size() >= 0;
    boolean whole = entry.text() == null || entry.text().indexOf('\0') < 0;
    return numbers && whole && isRelative(entry.path());
  }

  private static boolean isRelative(String path) {
    int from = 0;
    for (int end = path.indexOf('/'); end >= 0; end = path.indexOf('/', from)) {
      if (!isName(path, from, end)) {
        return false;
      }
      from = end + 1;
    }
    return isName(path, from, path.length()) && path.indexOf('\0') < 0;
  }

  /** Whether this part of a path is the name of something below. */
  private static boolean isName(String path, int from, int end) {
    int dots = from;
    while (dots < end && path.charAt(dots) == '.') {
      dots++;
    }
    return end > from && (dots < end || end - from > 2);
  }

  private static void escape(String text, StringBuilder out) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c == '%' || c == 0x7f) {
        out.append('%').append(Character.forDigit(c >> 4, HEXADECIMAL));
        out.append(Character.forDigit(c & 0xf, HEXADECIMAL));
      } else {
        out.append(c);
      }
    }
  }

  private static String unescape(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        if (i + 2 >= text.length()) {
          throw new NumberFormatException("an escape is cut short");
        }
        c = (char) Integer.parseUnsignedInt(text.substring(i + 1, i + 3), HEXADECIMAL);
        i += 2;
      }
      out.append(c);
    }
    return out.toString();
  }

  /** Checks that entries come in order, so that none comes twice or outside of a directory. */
  private static final class Order {
    private final Deque<String> directories = new ArrayDeque<>();
    private final Deque<String> last = new ArrayDeque<>();

    Order() {
      directories.push("");
      last.push("");
    }

    boolean allows(TreeEntry entry) {
      while (!directories.peek().equals(entry.parent())) {
        if (directories.size() == 1) {
          return false;
        }
        directories.pop();
        last.pop();
      }
      if (entry.name().compareTo(last.pop()) <= 0) {
        return false;
      }
      last.push(entry.name());
      if (entry.isDirectory()) {
        directories.push(entry.path());
        last.push("");
      }
      return true;
    }
  }
}
