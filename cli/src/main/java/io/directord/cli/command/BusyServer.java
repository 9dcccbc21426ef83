package io.directord.cli.command;

import io.directord.common.api.BusyListener;
import java.time.Duration;
import java.util.function.Consumer;

/** Tells why a command takes longer than usual. */
record BusyServer(Consumer<String> out) implements BusyListener {
  @Override
  public void triesAgain(String reason, Duration left) {
    out.accept(
        "directord: "
            + reason
            + "; trying again, for "
            + Math.max(1, left.toSeconds())
            + " s at most");
  }

  @Override
  public void isSilent(String server, Duration timeout) {
    out.accept(
        "directord: waiting: the server at "
            + server
            + " does not answer yet; the request is given up if it is silent for "
            + timeout.toSeconds()
            + " s");
  }
}
