package io.directord.common.api;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Reads once from each connection, answers what it was told to, and hangs up. */
final class CannedServer implements AutoCloseable {
  final List<String> requests = new CopyOnWriteArrayList<>();
  private final ServerSocketChannel listener;
  private final Thread thread;

  CannedServer(Path socket, String... answers) throws IOException {
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    thread =
        new Thread(
            () -> {
              for (String answer : answers) {
                answer(answer);
              }
            });
    thread.start();
  }

  private void answer(String answer) {
    try (SocketChannel client = listener.accept()) {
      ByteBuffer request = ByteBuffer.allocate(1 << 16);
      client.read(request);
      requests.add(new String(request.array(), 0, request.position(), StandardCharsets.UTF_8));
      client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      requests.add(e.toString());
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
