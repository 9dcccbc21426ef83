package io.directord.server.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Sends whatever a test likes, and shows what comes back. */
public final class RawHttp implements AutoCloseable {
  final SocketChannel channel;

  RawHttp(Path socket) throws IOException {
    channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
  }

  public RawHttp send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public RawHttp send(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    return this;
  }

  /** Everything until the server closes; a reset counts as that. */
  public String readAll() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(8192);
    try {
      while (channel.read(buffer) >= 0) {
        all.write(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("reset")) {
        throw e;
      }
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  /** Until this text has come. */
  String readUntil(String text) throws IOException {
    StringBuilder all = new StringBuilder();
    ByteBuffer one = ByteBuffer.allocate(1);
    while (all.indexOf(text) < 0) {
      one.clear();
      if (channel.read(one) < 0) {
        throw new AssertionError("closed after: " + all);
      }
      all.append((char) (one.get(0) & 0xff));
    }
    return all.toString();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
