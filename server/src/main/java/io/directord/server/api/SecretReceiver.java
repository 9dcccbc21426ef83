package io.directord.server.api;

import io.directord.common.security.SecretContent;
import io.directord.common.validation.ErrorCode;
import io.directord.server.content.ContentStore;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.Executor;

/** Takes a secret, which is written to the disk only sealed, and so is small. */
final class SecretReceiver implements Receiver {
  private final Exchange connection;
  private final Executor disk;
  private final ContentStore contents;
  private final String sha256;
  private final String sender;
  private final byte[] content;
  private int length;

  /**
   * @param sender who sends it, see {@link io.directord.server.content.Senders#add}
   * @param size as announced
   * @throws ApiProblem if it is too large, or was not announced
   */
  SecretReceiver(
      Exchange connection,
      Executor disk,
      ContentStore contents,
      String sha256,
      String sender,
      long size) {
    this.connection = connection;
    this.disk = disk;
    this.contents = contents;
    this.sha256 = sha256;
    this.sender = sender;
    if (size < 0 || size > SecretContent.MAX_CONTENT_BYTES) {
      throw new ApiProblem(
          HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
          ErrorCode.TOO_LARGE,
          "a secret has at most "
              + SecretContent.MAX_CONTENT_BYTES
              + " bytes, which Content-Length must tell");
    }
    this.content = new byte[(int) size];
  }

  @Override
  public void begin() {
    connection.more();
  }

  @Override
  public void part(ByteBuf bytes) {
    try {
      int part = Math.min(bytes.readableBytes(), content.length - length);
      bytes.readBytes(content, length, part);
      length += part;
      connection.more();
    } finally {
      bytes.release();
    }
  }

  @Override
  public void end() {
    disk.execute(() -> connection.reply(kept()));
  }

  private Reply kept() {
    try {
      contents.keepSecret(sha256, Arrays.copyOf(content, length));
      contents.senders().add(Set.of(sha256), sender);
      return Reply.empty(HttpResponseStatus.CREATED);
    } catch (RuntimeException | IOException e) {
      return Reply.problem(e);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  @Override
  public void close() {
    Arrays.fill(content, (byte) 0);
  }
}
