package io.directord.server.hook;

import io.directord.common.storage.IoErrors;
import io.directord.server.store.StoredHookEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Gives events to a program, on its standard input. */
final class CommandCarrier implements Carrier {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final List<String> command;

  CommandCarrier(List<String> command) {
    this.command = command;
  }

  @Override
  public void carry(StoredHookEvent event, Instant now) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    // Settings may be secrets.
    builder.environment().keySet().removeIf(name -> name.startsWith("DIRECTORD_"));
    builder.environment().put("WEBHOOK_ID", event.id());
    Process process = builder.start();
    try {
      feed(process, event.body());
      if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("it has not ended within " + TIMEOUT.toSeconds() + " s");
      }
      if (process.exitValue() != 0) {
        throw new IOException("it has ended with status " + process.exitValue());
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /** A program need not read it; it fits into the pipe. */
  private static void feed(Process process, String body) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(body.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      System.getLogger(CommandCarrier.class.getName())
          .log(System.Logger.Level.DEBUG, "a hook has not read its event: {0}", IoErrors.say(e));
    }
  }
}
