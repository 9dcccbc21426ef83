package io.directord.cli.top;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jline.terminal.Attributes;
import org.jline.terminal.KeyEvent;
import org.jline.terminal.KeyParser;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.jline.utils.Curses;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;

/**
 * The terminal as a screen, which is given back as it was: when this is closed, and when the
 * process ends. Keys are read on one thread, all else is done on another.
 */
final class TopTerminal implements AutoCloseable {
  private static final int USUAL_COLUMNS = 80;
  private static final int USUAL_ROWS = 24;

  private static final System.Logger LOG = System.getLogger(TopTerminal.class.getName());

  private final Terminal terminal;
  private final Attributes before;
  private final byte[] leaving;
  private final Display display;
  private final KeyReader keys;
  private final Thread atExit = new Thread(this::restore, "terminal");
  private Size size;
  private volatile boolean restored;

  private TopTerminal(Terminal terminal) {
    this.terminal = terminal;
    this.before = terminal.getAttributes();
    this.leaving =
        Stream.of(Capability.cursor_normal, Capability.keypad_local, Capability.exit_ca_mode)
            .map(terminal::getStringCapability)
            .filter(Objects::nonNull)
            .map(sequence -> Curses.tputs(sequence))
            .collect(Collectors.joining())
            .getBytes(StandardCharsets.US_ASCII);
    this.display = new Display(terminal, true);
    this.keys = new KeyReader(terminal.reader()::read, () -> restored);
  }

  /**
   * Takes the terminal.
   *
   * @throws IOException also if standard input or output is not a terminal
   */
  static TopTerminal open() throws IOException {
    try {
      TopTerminal taken =
          new TopTerminal(
              TerminalBuilder.builder()
                  .system(true)
                  .provider("exec")
                  .dumb(false)
                  // Else JLine asks the terminal what it can, and late answers are read as keys.
                  .graphemeCluster(false)
                  .encoding(StandardCharsets.UTF_8)
                  .build());
      Runtime.getRuntime().addShutdownHook(taken.atExit);
      taken.begin();
      return taken;
    } catch (IllegalStateException e) {
      throw new IOException("no terminal", e);
    }
  }

  private void begin() throws IOException {
    terminal.enterRawMode();
    Attributes raw = new Attributes(terminal.getAttributes());
    // Ctrl-C and Ctrl-Z are keys, so that the screen is left as all others leave it.
    raw.setLocalFlag(Attributes.LocalFlag.ISIG, false);
    terminal.setAttributes(raw);
    // JLine sets the terminal once more at its first read, which could be while it is put back.
    terminal.reader().peek(1);
    terminal.puts(Capability.enter_ca_mode);
    terminal.puts(Capability.keypad_xmit);
    terminal.puts(Capability.cursor_invisible);
    resize();
  }

  /** Asks for the size anew. */
  void resize() {
    Size now = terminal.getSize();
    size =
        Size.of(
            now.getColumns() > 0 ? now.getColumns() : USUAL_COLUMNS,
            now.getRows() > 0 ? now.getRows() : USUAL_ROWS);
    display.resize(size);
    display.clear();
  }

  int columns() {
    return size.getColumns();
  }

  int rows() {
    return size.getRows();
  }

  void draw(TopScreen screen) {
    List<AttributedString> lines =
        IntStream.range(0, screen.lines().size())
            .mapToObj(at -> line(screen.lines().get(at), at == screen.chosen()))
            .toList();
    synchronized (this) {
      if (restored) {
        return;
      }
      boolean hasCursor = screen.cursor() >= 0;
      display.update(
          lines,
          hasCursor
              ? size.cursorPos(lines.size() - 1, Math.min(screen.cursor(), size.getColumns() - 1))
              : 0);
      terminal.puts(hasCursor ? Capability.cursor_normal : Capability.cursor_invisible);
      terminal.flush();
    }
  }

  private AttributedString line(String text, boolean chosen) {
    AttributedString line = AttributedString.fromAnsi(text);
    return chosen
        ? new AttributedStringBuilder()
            .append(
                line.columnSubSequence(0, size.getColumns()).toString(), AttributedStyle.INVERSE)
            .toAttributedString()
        : line;
  }

  /** The next key; blocks. An end of the input is an interrupt. */
  KeyPress key() throws IOException {
    return keys.next();
  }

  static KeyPress key(String sequence) {
    if (sequence.equals("\t")) {
      return KeyPress.of(KeyPress.Kind.TAB);
    }
    // Other forms of some keys, which the parser does not know.
    String usual =
        sequence
            .replaceFirst("^\u001bO", "\u001b[")
            .replaceFirst("\\[[17]~$", "[H")
            .replaceFirst("\\[[48]~$", "[F");
    KeyEvent event = KeyParser.parse(usual);
    return switch (event.getType()) {
      case Character ->
          event.getModifiers().isEmpty() || sequence.length() == 1
              ? KeyPress.of(sequence.codePointAt(0))
              : KeyPress.of(KeyPress.Kind.OTHER);
      case Arrow ->
          switch (event.getArrow()) {
            case Up -> KeyPress.of(KeyPress.Kind.UP);
            case Down -> KeyPress.of(KeyPress.Kind.DOWN);
            default -> KeyPress.of(KeyPress.Kind.OTHER);
          };
      case Special ->
          switch (event.getSpecial()) {
            case Enter -> KeyPress.of(KeyPress.Kind.ENTER);
            case Tab -> KeyPress.of(KeyPress.Kind.TAB);
            case Escape -> KeyPress.of(KeyPress.Kind.ESCAPE);
            case Backspace, Delete -> KeyPress.of(KeyPress.Kind.BACKSPACE);
            case Home -> KeyPress.of(KeyPress.Kind.HOME);
            case End -> KeyPress.of(KeyPress.Kind.END);
            case PageUp -> KeyPress.of(KeyPress.Kind.PAGE_UP);
            case PageDown -> KeyPress.of(KeyPress.Kind.PAGE_DOWN);
            default -> KeyPress.of(KeyPress.Kind.OTHER);
          };
      default ->
          sequence.codePointCount(0, sequence.length()) == 1
                  && !Character.isISOControl(sequence.codePointAt(0))
              ? KeyPress.of(sequence.codePointAt(0))
              : KeyPress.of(KeyPress.Kind.OTHER);
    };
  }

  /** At the end of the process JLine may have closed its terminal already. */
  private synchronized void restore() {
    if (restored) {
      return;
    }
    restored = true;
    try {
      new FileOutputStream(FileDescriptor.out).write(leaving);
      terminal.setAttributes(before);
    } catch (IOException | IOError | IllegalStateException e) {
      // Closed by JLine, which puts the attributes back; or the terminal is gone.
      LOG.log(System.Logger.Level.DEBUG, "the terminal was not put back here", e);
    }
  }

  @Override
  public void close() throws IOException {
    restore();
    terminal.close();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The process ends already, and the hook does nothing more.
      return;
    }
  }
}
