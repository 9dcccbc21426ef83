package io.directord.server.link;

import io.directord.common.wire.ContentMessage;
import java.util.function.Consumer;

/** Nodes send nothing. */
public final class NoIntakes implements ContentIntake {
  @Override
  public ContentMessage.Offer bounded(ContentMessage.Offer offer) {
    return offer;
  }

  @Override
  public void ask(ContentMessage.Offer offer, Consumer<Answer> then) {
    throw new IllegalStateException("nodes send nothing in this test");
  }

  @Override
  public boolean isOutOfMemory() {
    return false;
  }
}
