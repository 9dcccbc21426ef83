package io.directord.common.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

class IoErrorsTest {

  @Test
  void nameNoClassWhenTheRuntimeSaysNothing() {
    assertEquals("it ends too early", IoErrors.say(new EOFException()));
    assertEquals("it was closed meanwhile", IoErrors.say(new AsynchronousCloseException()));
    assertEquals("the system gives no reason", IoErrors.say(new IOException()));
    assertEquals(
        "/f: the system gives no reason", IoErrors.sayWhere(new FileSystemException("/f")));
  }

  @Test
  void sayWhatTheSystemSays() {
    assertEquals(
        "No space left on device", IoErrors.say(new IOException("No space left on device")));
    assertEquals(
        "/f: Read-only file system",
        IoErrors.sayWhere(new FileSystemException("/f", null, "Read-only file system")));
  }
}
