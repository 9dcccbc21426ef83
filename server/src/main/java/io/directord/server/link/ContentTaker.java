package io.directord.server.link;

import java.io.IOException;

/** Who wants a piece of a content; told one or the other once, by any thread. */
public interface ContentTaker {

  /**
   * The piece, which others may have too: it is not to be changed.
   *
   * @param release to be run once, when the bytes are let go: until then they count as memory in
   *     use
   */
  void taken(byte[] bytes, Runnable release);

  /** It cannot be had. */
  void failed(IOException why);
}
