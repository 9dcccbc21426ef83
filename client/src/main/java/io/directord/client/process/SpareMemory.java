package io.directord.client.process;

/** Memory that was needed and is not any more. Thread-safe. */
public final class SpareMemory {
  private SpareMemory() {}

  /** Gives it back to the machine, of the heap and of the C library; takes some milliseconds. */
  public static void giveBack() {
    System.gc();
    if (Libc.isLoaded()) {
      Libc.malloc_trim(0);
    }
  }
}
