package io.directord.jinja.limit;

import io.directord.jinja.error.TemplateException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** The limits of renderings, and the bytes in use by those running at the moment. */
public final class Pool {
  private final TemplateLimits limits;
  private final AtomicLong used = new AtomicLong();

  public Pool(TemplateLimits limits) {
    this.limits = limits;
  }

  /** Runs an action with a {@link Budget} of its own, in this thread. */
  public <T> T within(Supplier<T> work) {
    try {
      return Budget.within(limits, used, work);
    } catch (StackOverflowError e) {
      throw new TemplateException(
          TemplateException.Kind.LIMIT, "the template is nested too deeply");
    }
  }
}
