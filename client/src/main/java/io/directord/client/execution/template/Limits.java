package io.directord.client.execution.template;

/**
 * What a template may ask of the client, which goes on with little memory: values of a size, and no
 * more of them than leave a part of the heap free. Whoever makes a value asks here first.
 */
final class Limits {
  private static final int MAX_TEXT = 8 << 20;
  private static final int MAX_ELEMENTS = 100_000;
  private static final int MAX_CALLS = 200;
  private static final int SMALL = 1 << 12;
  private static final int STEPS_BETWEEN = 256;
  private static final int BYTES_OF_ELEMENT = 64;

  private int steps;
  private int calls;

  /** Refuses a text of that many characters if it is too long. */
  static void text(long length) {
    if (length > MAX_TEXT) {
      throw new TemplateException("a text has at most " + (MAX_TEXT >> 20) + " Mi characters");
    }
    // What is built grows by doubling, and may hold two bytes a character.
    ensureFree(length * 4);
  }

  /** Refuses to work on a value for which there is too little memory: a text may become longer. */
  static void workOn(Object value) {
    if (value instanceof String text) {
      ensureFree(text.length() * 12L);
    }
  }

  /** Refuses that many elements, or characters that are taken one by one, if they are too many. */
  static void elements(long count) {
    if (count > MAX_ELEMENTS) {
      throw new TemplateException("a list has at most " + MAX_ELEMENTS + " elements");
    }
    ensureFree(count * BYTES_OF_ELEMENT);
  }

  /** Called now and then while a template is rendered: by everything that can be repeated. */
  void step() {
    proceed();
    if (++steps % STEPS_BETWEEN == 0) {
      ensureFree(SMALL);
    }
  }

  /** Fails if the job has been told to stop. */
  static void proceed() {
    if (Thread.currentThread().isInterrupted()) {
      throw new TemplateException("the job was told to stop while a template was rendered");
    }
  }

  /** Counts calls within calls, before the stack ends where nobody expects it. */
  void enter() {
    if (++calls > MAX_CALLS) {
      throw new TemplateException("maximum recursion depth exceeded");
    }
  }

  void leave() {
    calls--;
  }

  private static void ensureFree(long bytes) {
    if (bytes >= SMALL && isScarce(bytes)) {
      System.gc();
      if (isScarce(bytes)) {
        throw new TemplateException(
            "what the template makes does not fit into the client's memory");
      }
    }
  }

  /** Whether these bytes would leave less than a quarter of the heap. */
  private static boolean isScarce(long bytes) {
    Runtime runtime = Runtime.getRuntime();
    long used = runtime.totalMemory() - runtime.freeMemory();
    return runtime.maxMemory() - used - bytes < runtime.maxMemory() / 4;
  }
}
