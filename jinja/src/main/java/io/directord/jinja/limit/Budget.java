package io.directord.jinja.limit;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.error.TemplateException.Kind;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The remaining budget of the rendering in this thread. Code that makes a value of some size takes
 * its bytes here first, and code that loops takes steps; both fail when a limit is exceeded.
 *
 * <p>Bytes are upper estimates of what templates hold. Bytes of values that were made in a
 * statement and cannot be referenced any more are given back by {@link #reset}.
 */
public final class Budget {
  private static final ThreadLocal<Budget> CURRENT = new ThreadLocal<>();
  private static final int MAX_DEPTH = 1200;
  private static final int BYTES_OF_TEXT = 48;
  private static final int BYTES_OF_CHARACTER = 2;
  private static final int BYTES_OF_ELEMENT = 24;
  private static final long PORTION = 1 << 18;

  private final TemplateLimits limits;
  private final AtomicLong shared;
  private long steps;
  private long reserved;
  private long kept;
  private long temporary;
  private int calls;
  private int depth;

  private Budget(TemplateLimits limits, AtomicLong shared) {
    this.limits = limits;
    this.shared = shared;
  }

  /**
   * Runs an action within limits.
   *
   * @param used the bytes that all renderings within these limits use at the moment
   */
  static <T> T within(TemplateLimits limits, AtomicLong used, Supplier<T> work) {
    Budget before = CURRENT.get();
    Budget budget = new Budget(limits, used);
    CURRENT.set(budget);
    try {
      return work.get();
    } finally {
      used.addAndGet(-budget.reserved);
      if (before == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(before);
      }
    }
  }

  /** The budget of this thread; outside a rendering, an untouched one. */
  private static Budget current() {
    Budget current = CURRENT.get();
    return current == null ? new Budget(TemplateLimits.DEFAULT, new AtomicLong()) : current;
  }

  /** Takes steps, and fails if the thread was interrupted. */
  public static void step(long count) {
    Budget budget = current();
    budget.steps += count;
    if (budget.steps > budget.limits.steps()) {
      throw limit("the template takes more than " + budget.limits.steps() + " steps");
    }
    proceed();
  }

  /** Fails if the thread was interrupted. */
  public static void proceed() {
    if (Thread.currentThread().isInterrupted()) {
      throw new TemplateException(Kind.INTERRUPTED, "the rendering was interrupted");
    }
  }

  /** Takes the bytes of a text of that many characters, which must not be too many. */
  public static void text(long length) {
    Budget budget = current();
    budget.check(length);
    budget.temporary += BYTES_OF_TEXT + length * BYTES_OF_CHARACTER;
    budget.reserve();
    step(length >> 8);
  }

  /** Takes the bytes by which a text being built grows. */
  public static void grow(long by, long length) {
    Budget budget = current();
    budget.check(length);
    budget.kept += by * BYTES_OF_CHARACTER;
    budget.reserve();
    step(by >> 8);
  }

  /** Gives back what a text took while it was being built. */
  public static void shrink(long by) {
    current().kept -= by * BYTES_OF_CHARACTER;
  }

  private void check(long length) {
    if (length > limits.text()) {
      throw limit("a text has at most " + (limits.text() >> 20) + " Mi characters");
    }
  }

  /**
   * Takes the bytes of that many elements, or texts of one character, which must not be too many.
   */
  public static void elements(long count) {
    Budget budget = current();
    if (count > budget.limits.elements()) {
      throw limit("a list has at most " + budget.limits.elements() + " elements");
    }
    bytes(count * BYTES_OF_ELEMENT);
    step(count >> 4);
  }

  /** How many elements a list may have. */
  public static int maxElements() {
    return current().limits.elements();
  }

  /** Takes the bytes of elements that a list of that size grows by. */
  public static void more(int size, int by) {
    if ((long) size + by > current().limits.elements()) {
      elements((long) size + by);
    }
    elements(by);
  }

  /** Takes the steps of work on each character of a text. */
  public static void characters(String text) {
    step(text.length() >> 4);
  }

  /** Takes bytes of any other kind. */
  public static void bytes(long count) {
    Budget budget = current();
    budget.temporary += count;
    budget.reserve();
  }

  private void reserve() {
    long wanted = kept + temporary;
    if (wanted <= reserved) {
      return;
    }
    long more = Math.max(PORTION, wanted - reserved);
    if (shared.addAndGet(more) > limits.bytes()) {
      shared.addAndGet(-more);
      throw limit(
          "what the template makes does not fit into the "
              + (limits.bytes() >> 20)
              + " MiB for it");
    }
    reserved += more;
  }

  /** A mark for {@link #reset}. */
  public static long mark() {
    return current().temporary;
  }

  /** Gives back the bytes of values made since the mark, unless they may still be referenced. */
  public static void reset(long mark) {
    Budget budget = current();
    budget.temporary = Math.min(budget.temporary, mark);
  }

  /** Notes that a value was changed, and so may reference values made before. */
  public static void keep() {
    Budget budget = current();
    budget.kept += budget.temporary;
    budget.temporary = 0;
  }

  /** Begins a call, which ends with {@link #leave}; fails if calls are nested too deeply. */
  public static void call() {
    Budget budget = current();
    budget.calls++;
    step(1);
    if (budget.calls > budget.limits.calls()) {
      throw limit("maximum recursion depth exceeded");
    }
  }

  public static void returned() {
    current().calls--;
  }

  /** Descends one level in nested values; fails before the stack overflows. */
  public static void enter() {
    if (++current().depth > MAX_DEPTH) {
      throw limit("the template is nested too deeply");
    }
  }

  public static void leave() {
    current().depth--;
  }

  private static TemplateException limit(String message) {
    return new TemplateException(Kind.LIMIT, message);
  }
}
