package io.directord.server.link.zeromq;

import io.directord.common.wire.ContentMessage;
import io.directord.server.link.ContentSource;
import java.util.function.Consumer;

/** Of tests in which nobody asks for content. */
final class NoRequests implements ContentSource<ContentMessage.Request> {
  @Override
  public void ask(ContentMessage.Request request, Consumer<Answer> then) {
    throw new AssertionError("nobody asks");
  }

  @Override
  public boolean isOutOfMemory() {
    return false;
  }
}
