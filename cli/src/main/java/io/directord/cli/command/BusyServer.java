package io.directord.cli.command;

import io.directord.common.api.ServerConnection.BusyListener;
import java.time.Duration;
import java.util.function.Consumer;

/** Tells why a command takes longer than usual. */
record BusyServer(Consumer<String> out) implements BusyListener {
  @Override
  public void triesAgain(String reason, Duration left) {
    out.accept(
        "directord: the server is busy: "
            + reason
            + "; trying again, for "
            + Math.max(1, left.toSeconds())
            + " s at most");
  }
}
