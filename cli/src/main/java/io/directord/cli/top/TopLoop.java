package io.directord.cli.top;

import io.directord.cli.console.Console;
import io.directord.cli.console.Signals;
import io.directord.cli.output.Display;
import io.directord.cli.output.WhyText;
import io.directord.common.api.ApiException;
import io.directord.common.api.Bodies;
import io.directord.common.api.JobSummary;
import io.directord.common.api.ServerConnection;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.Counted;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Brings keys, the server and the screen together. What is shown changes on the thread of {@link
 * #run} only, which never waits for the server: one thread asks at the interval, another does what
 * keys order.
 */
public final class TopLoop implements TopModel.Actions {
  private static final String ASKING = "Asking the server ...";

  private final ServerConnection server;
  private final Console console;
  private final Duration interval;
  private final TopModel model;
  private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
  private final ExecutorService orders =
      Executors.newSingleThreadExecutor(work -> daemon(work, "orders"));
  private final Semaphore wake = new Semaphore(0);
  private final AtomicBoolean tailChanged = new AtomicBoolean();
  private volatile Wanted wanted;
  private TopTerminal terminal;
  private JobTail tail;

  /** Where its lines are shown. */
  private TextPane tailPane;

  public TopLoop(ServerConnection server, Console console, Duration interval, TopFilter filter) {
    this.server = server;
    this.console = console;
    this.interval = interval;
    this.model = new TopModel(filter, this);
  }

  /** Notes why the server does not answer a request. Called on any thread. */
  public void note(String line) {
    events.add(() -> model.trouble(line));
  }

  /**
   * Returns when the user quits.
   *
   * @return false if there is no terminal that can be used as a screen; nothing was done then
   * @throws IOException if the server cannot be reached at the beginning, or refuses this; later
   *     that is shown, and it goes on when it can
   */
  public boolean run() throws IOException, InterruptedException {
    TopReader reader = new TopReader(server);
    model.read(reader.read(model.wanted()), model.wanted());
    try {
      terminal = TopTerminal.open();
    } catch (IOException e) {
      return false;
    }
    try (TopTerminal taken = terminal) {
      Signals.on("WINCH", () -> events.add(taken::resize));
      draw();
      wanted = model.wanted();
      daemon(() -> readAtIntervals(reader), "reader").start();
      daemon(this::takeKeys, "keys").start();
      while (!model.isDone()) {
        events.take().run();
        for (Runnable next = events.poll(); next != null; next = events.poll()) {
          next.run();
        }
        draw();
      }
    } finally {
      closed();
      orders.shutdownNow();
    }
    return true;
  }

  private void draw() {
    terminal.draw(TopScreen.of(model, terminal.columns(), terminal.rows(), console::coloured));
  }

  private void takeKeys() {
    KeyPress key;
    do {
      try {
        key = terminal.key();
      } catch (IOException e) {
        key = KeyPress.of(KeyPress.Kind.INTERRUPT);
      }
      KeyPress pressed = key;
      events.add(() -> model.key(pressed));
    } while (key.kind() != KeyPress.Kind.INTERRUPT);
  }

  private void readAtIntervals(TopReader reader) {
    try {
      while (true) {
        wake.tryAcquire(interval.toMillis(), TimeUnit.MILLISECONDS);
        wake.drainPermits();
        readOnce(reader, wanted);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void readOnce(TopReader reader, Wanted now) {
    try {
      TopReading read = reader.read(now);
      events.add(() -> model.read(read, now));
    } catch (ApiException e) {
      events.add(() -> model.trouble("The server refuses: " + e.getMessage()));
    } catch (IOException e) {
      events.add(() -> model.trouble("Reconnecting: " + IoErrors.sayWhere(e)));
    }
  }

  @Override
  public void read() {
    wanted = model.wanted();
    wake.release();
  }

  /** An order to the server, which returns what is to be done with its answer. */
  @FunctionalInterface
  private interface Order {
    Runnable carryOut() throws IOException;
  }

  private void order(Order order) {
    model.message(ASKING);
    orders.execute(
        () -> {
          Runnable then;
          try {
            then = order.carryOut();
          } catch (IOException e) {
            String why = IoErrors.sayWhere(e);
            then = () -> model.message(why);
          }
          events.add(then);
        });
  }

  @Override
  public void cancel(JobSummary job) {
    order(
        () -> {
          Bodies.Cancelled result = server.cancel(job.id());
          int omitted = result.omitted().size();
          String said =
              result.jobs().isEmpty()
                  ? "Nothing to cancel: it has ended."
                  : "Cancelled: "
                      + Display.shortId(job.id())
                      + (omitted == 0
                          ? ""
                          : "; " + Counted.of(omitted, "later job") + " of its parent left out");
          return () -> {
            model.message(said);
            read();
          };
        });
  }

  @Override
  public void why(JobSummary job) {
    order(
        () -> {
          List<String> lines =
              WhyText.of(
                  server.explain(job.id().toString(), null),
                  Integer.MAX_VALUE,
                  text -> text,
                  (colour, text) -> text);
          return () -> {
            model.message("");
            model.answer(new TextPane("Why", lines, false));
          };
        });
  }

  @Override
  public void tail(JobSummary job) {
    tail = new JobTail(server, job, this::tailChanged);
    tailPane = new TextPane(tail.title(), List.of(), true);
    model.show(tailPane);
    showTail();
    tail.start();
  }

  /** However much comes, one event waits for the screen. */
  private void tailChanged() {
    if (tailChanged.compareAndSet(false, true)) {
      events.add(
          () -> {
            tailChanged.set(false);
            if (tail != null) {
              showTail();
            }
          });
    }
  }

  private void showTail() {
    JobTail.Lines now = tail.lines();
    tailPane.replace(now.lines(), now.dropped());
  }

  @Override
  public void closed() {
    if (tail != null) {
      tail.close();
      tail = null;
    }
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
