package io.directord.server.api;

import io.directord.common.api.Problem;
import io.directord.common.json.Json;
import io.directord.common.validation.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** The only reply of a connection that has no handlers for HTTP, which is closed behind it. */
final class EarlyReply {
  private EarlyReply() {}

  /**
   * @param headers whole lines, or nothing
   */
  static ByteBuf of(HttpResponseStatus status, ErrorCode code, String why, String headers) {
    byte[] problem = Json.bytes(new Problem(status.code(), status.reasonPhrase(), why, code));
    String head =
        "HTTP/1.1 "
            + status
            + "\r\nContent-Type: "
            + Problem.MEDIA_TYPE
            + "\r\nContent-Length: "
            + problem.length
            + "\r\n"
            + headers
            + "Connection: close\r\n\r\n";
    return Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.US_ASCII), problem);
  }
}
