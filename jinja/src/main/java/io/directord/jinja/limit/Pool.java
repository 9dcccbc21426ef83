package io.directord.jinja.limit;

import io.directord.jinja.error.TemplateException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** The limits of some renderings, and the bytes that those take which go on at the moment. */
public final class Pool {
  private final Limits limits;
  private final AtomicLong used = new AtomicLong();

  public Pool(Limits limits) {
    this.limits = limits;
  }

  /** Does work with a {@link Budget} of its own, in this thread. */
  public <T> T within(Supplier<T> work) {
    try {
      return Budget.within(limits, used, work);
    } catch (StackOverflowError e) {
      throw new TemplateException(
          TemplateException.Kind.LIMIT, "the template is nested too deeply");
    }
  }
}
