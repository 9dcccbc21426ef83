package io.directord.server.time;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The clocks of the server.
 *
 * @param wall for people, and for what is kept for days
 * @param nanoTime as {@link System#nanoTime}: decides about timeouts
 * @param pacing likewise: decides how long what comes soon after each other is gathered
 */
public record Clocks(InstantSource wall, LongSupplier nanoTime, LongSupplier pacing) {

  /** Those of this machine. */
  public static Clocks ofMachine(InstantSource wall) {
    return new Clocks(wall, System::nanoTime, System::nanoTime);
  }
}
