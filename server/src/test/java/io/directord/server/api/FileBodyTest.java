package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBodyTest {
  private static final int LENGTH = 200_000;

  @TempDir private Path directory;

  @Test
  void whatWasReadFromTheDiskIsSentFromTheFile() throws IOException {
    Reply reply = reply(LENGTH, 0, LENGTH);

    assertSame(reply, reply.loaded());
    assertTrue(reply.file().file().isOpen());
    reply.discard();
  }

  @Test
  void ofAFileThatBecameShorterThereIsAnErrorAndNoHalfReply() throws IOException {
    Reply reply = reply(LENGTH, 1, LENGTH);

    Reply loaded = reply.loaded();

    assertEquals(HttpResponseStatus.INTERNAL_SERVER_ERROR, loaded.status());
    assertNull(loaded.file());
    assertFalse(reply.file().file().isOpen());
  }

  private Reply reply(int size, int offset, int length) throws IOException {
    Path file = Files.write(directory.resolve("brought"), new byte[size]);
    return Reply.file(HttpResponseStatus.OK, new FileBody(FileChannel.open(file), offset, length));
  }
}
