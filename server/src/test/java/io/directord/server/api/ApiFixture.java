package io.directord.server.api;

import io.directord.common.api.ServerConnection;
import io.directord.server.content.ContentStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server at a socket in a folder, with a dispatcher that the test controls. */
final class ApiFixture implements AutoCloseable {
  final FakeDispatch dispatch = new FakeDispatch();
  final Path socket;
  final ContentStore contents;
  final ApiServer server;
  final ServerConnection connection;

  ApiFixture(Path folder) throws IOException {
    this(folder, Limits.DEFAULT);
  }

  ApiFixture(Path folder, Limits limits) throws IOException {
    socket = folder.resolve("directord.sock");
    contents = ContentStore.open(folder.resolve("contents"), () -> FakeDispatch.NOW);
    server = ApiServer.start(config(socket), limits, dispatch, contents);
    connection = new ServerConnection(socket);
  }

  static ApiServer.Config config(Path socket) {
    return new ApiServer.Config(
        socket, null, List.of("RUN", "COPY"), "1.2.3", () -> FakeDispatch.NOW);
  }

  /** Small limits with short times. */
  static Limits tight() {
    return new Limits(
        8, 1000, 2000, 100_000, 150_000, 20_000, Duration.ofMillis(50), Duration.ofMillis(300));
  }

  RawHttp raw() throws IOException {
    return new RawHttp(socket);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
