package io.directord.server.link;

import io.directord.common.wire.ContentMessage;

/** Takes what nodes send to the content port. Thread-safe; never blocks. */
public interface ContentIntake extends ContentSource<ContentMessage.Offer> {

  /** The chunk as it may be queued: without its content if nobody expects that. */
  ContentMessage.Offer bounded(ContentMessage.Offer offer);
}
