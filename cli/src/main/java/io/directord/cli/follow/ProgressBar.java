package io.directord.cli.follow;

import io.directord.cli.console.Terminal;
import io.directord.cli.output.Display;
import io.directord.common.api.Event;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * One line on a terminal, redrawn in place: how much of the run is done, and how many nodes are
 * done, failed and running. It goes away at the end. Thread-safe: events come on one thread, the
 * clock ticks on another.
 */
public final class ProgressBar implements RunDisplay {
  /** A run that ends sooner gets no bar. */
  private static final Duration DELAY = Duration.ofMillis(200);

  /** Time after which the speed is shown. */
  private static final Duration RATED = Duration.ofSeconds(2);

  private static final Duration TICK = Duration.ofMillis(100);
  private static final String CLEAR = "\r\u001b[K";
  private static final int MIN_BAR = 5;
  private static final int MAX_BAR = 40;

  /** With fewer columns the names of awaited nodes are not shown. */
  private static final int MIN_WAITING = 20;

  private final PrintStream out;
  private final Terminal terminal;
  private final LongSupplier nanoTime;
  private final Supplier<String> transfer;
  private final NodeCount nodes;
  private final long started;
  private final Thread ticker;
  private String waiting = "";
  private boolean away;
  private boolean drawn;
  private boolean paused;
  private boolean closed;

  /**
   * @param transfer what is being transferred for the run, shown in place of what it waits for;
   *     empty if nothing is
   */
  public ProgressBar(
      PrintStream out,
      Terminal terminal,
      LongSupplier nanoTime,
      Run run,
      Supplier<String> transfer) {
    this.out = out;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.transfer = transfer;
    this.nodes = new NodeCount(run.jobs().size());
    this.started = nanoTime.getAsLong();
    this.ticker = new Thread(this::tick, "progress");
    ticker.setDaemon(true);
  }

  /** Draws periodically until it is closed. */
  @Override
  public void begin() {
    terminal.watchSize();
    ticker.start();
  }

  @Override
  public synchronized void on(Event event, Run run) {
    away = false;
    nodes.on(event);
  }

  @Override
  public synchronized void serverAway() {
    away = true;
  }

  @Override
  public synchronized boolean waitingFor(String text) {
    waiting = text;
    return true;
  }

  @Override
  public synchronized void pause() {
    paused = true;
    if (drawn) {
      out.print(CLEAR);
      out.flush();
      drawn = false;
    }
  }

  @Override
  public synchronized void resume() {
    paused = false;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      pause();
    }
    ticker.interrupt();
  }

  private void tick() {
    try {
      Thread.sleep(DELAY.toMillis());
      while (draw()) {
        Thread.sleep(TICK.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean draw() {
    if (!closed && !paused) {
      out.print(CLEAR + line(terminal.columns() - 1));
      out.flush();
      drawn = true;
    }
    return !closed;
  }

  /** The line, cut to the given width: the bar shrinks first, then the line loses its end. */
  synchronized String line(int width) {
    Duration time = Duration.ofNanos(nanoTime.getAsLong() - started);
    String text =
        String.format(
            Locale.ROOT,
            "%d/%d answers%s  %d done  %d failed  %d running  %d:%02d",
            nodes.answers(),
            nodes.expected(),
            rate(time),
            nodes.done(),
            nodes.failed(),
            nodes.running(),
            time.toMinutes(),
            time.toSecondsPart());
    String transferred = transfer.get();
    String detail = transferred.isEmpty() ? waiting : transferred;
    if (away) {
      text = "reconnecting  " + text;
    } else if (!detail.isEmpty() && text.length() + MIN_WAITING <= width) {
      int room = width - text.length() - 2;
      text += "  " + Display.begin(detail, room);
    }
    int bar = Math.min(MAX_BAR, width - Display.width(text) - 3);
    if (bar >= MIN_BAR) {
      int full = nodes.expected() == 0 ? 0 : bar * nodes.answers() / nodes.expected();
      text = "[" + "#".repeat(full) + ".".repeat(bar - full) + "] " + text;
    }
    return text.length() <= width ? text : text.substring(0, Math.max(0, width));
  }

  /** Results a second so far. */
  private String rate(Duration time) {
    long rate = time.compareTo(RATED) < 0 ? 0 : 1000L * nodes.answers() / time.toMillis();
    return rate == 0 ? "" : " (" + rate + "/s)";
  }
}
