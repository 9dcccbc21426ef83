package io.directord.verbs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** As much of a registry of container images as pushing and pulling one takes; in memory. */
final class FakeRegistry implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, ByteArrayOutputStream> uploads = new ConcurrentHashMap<>();
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<String, Manifest> manifests = new ConcurrentHashMap<>();

  private record Manifest(String type, byte[] bytes) {}

  FakeRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v2/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** What images of it begin with. */
  String name() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String last = path.substring(path.lastIndexOf('/') + 1);
      if (path.equals("/v2/")) {
        answer(exchange, 200, new byte[0]);
      } else if (path.contains("/manifests/")) {
        manifest(exchange, path, last);
      } else if (path.contains("/blobs/uploads/")) {
        upload(exchange, path, last);
      } else {
        byte[] blob = blobs.get(last);
        answer(exchange, blob == null ? 404 : 200, blob == null ? new byte[0] : blob);
      }
    }
  }

  private void upload(HttpExchange exchange, String path, String id) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String location = path;
    if (exchange.getRequestMethod().equals("POST")) {
      String fresh = UUID.randomUUID().toString();
      uploads.put(fresh, new ByteArrayOutputStream());
      location = path + fresh;
    } else {
      uploads.get(id).write(body);
    }
    exchange.getResponseHeaders().set("Location", location);
    if (exchange.getRequestMethod().equals("PUT")) {
      byte[] blob = uploads.remove(id).toByteArray();
      blobs.put(digest(blob), blob);
      answer(exchange, 201, new byte[0]);
    } else {
      answer(exchange, 202, new byte[0]);
    }
  }

  private void manifest(HttpExchange exchange, String path, String reference) throws IOException {
    if (exchange.getRequestMethod().equals("PUT")) {
      String type = exchange.getRequestHeaders().getFirst("Content-Type");
      Manifest manifest = new Manifest(type, exchange.getRequestBody().readAllBytes());
      String digest = digest(manifest.bytes);
      manifests.put(path, manifest);
      manifests.put(path.replace(reference, digest), manifest);
      exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
      answer(exchange, 201, new byte[0]);
      return;
    }
    Manifest manifest = manifests.get(path);
    if (manifest == null) {
      answer(exchange, 404, new byte[0]);
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", manifest.type);
    exchange.getResponseHeaders().set("Docker-Content-Digest", digest(manifest.bytes));
    answer(exchange, 200, manifest.bytes);
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getRequestBody().readAllBytes();
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", "" + body.length);
      exchange.sendResponseHeaders(status, -1);
    } else {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
