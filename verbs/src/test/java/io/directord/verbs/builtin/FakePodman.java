package io.directord.verbs.builtin;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers requests of podman's API at a socket; what it was not told of is not there. */
final class FakePodman implements AutoCloseable {
  /** Replies in JSON, by the path below the API. */
  final Map<String, String> answers = new ConcurrentHashMap<>();

  /** Methods and paths, without the first request for the version. */
  final List<String> requests = new CopyOnWriteArrayList<>();

  private final ServerSocketChannel listener;
  private final Thread thread;

  FakePodman(Path socket) throws IOException {
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    thread = new Thread(this::serve);
    thread.start();
  }

  private void serve() {
    while (listener.isOpen()) {
      try (SocketChannel client = listener.accept()) {
        ByteBuffer request = ByteBuffer.allocate(1 << 16);
        client.read(request);
        String text = new String(request.array(), 0, request.position(), StandardCharsets.UTF_8);
        client.write(ByteBuffer.wrap(reply(text).getBytes(StandardCharsets.UTF_8)));
      } catch (AsynchronousCloseException e) {
        return;
      } catch (IOException e) {
        requests.add(e.toString());
      }
    }
  }

  private String reply(String request) {
    String[] words = request.split(" ", 3);
    if (words[1].equals("/_ping")) {
      return "HTTP/1.1 200 OK\r\nLibpod-API-Version: 4.3.1\r\nContent-Length: 0\r\n\r\n";
    }
    String path = words[1].replace("/v4.3.1/libpod", "");
    requests.add(words[0] + " " + path);
    String body = answers.get(path);
    String status = body == null ? "404 Not Found" : "200 OK";
    String text = body == null ? "{\"message\":\"no such object\"}" : body;
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + text.length() + "\r\n\r\n" + text;
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
