package io.directord.server.link;

import io.directord.common.wire.ContentMessage;
import java.util.function.Consumer;

/** Of tests in which nobody asks for content. */
public final class NoRequests implements ContentSource<ContentMessage.Request> {
  @Override
  public void ask(ContentMessage.Request request, Consumer<Answer> then) {
    throw new AssertionError("nobody asks");
  }

  @Override
  public boolean isOutOfMemory() {
    return false;
  }
}
