package io.directord.common.api;

import io.directord.common.validation.Coded;
import io.directord.common.validation.ErrorCode;
import java.io.IOException;

/** A reply is longer than this process can read. */
final class TooLongException extends IOException implements Coded {
  TooLongException(ServerAddress server, int maxBytes) {
    super(
        "what answers at "
            + server
            + " sends more than this command can read with its memory, "
            + (maxBytes >> 20)
            + " MiB or the values in them: ask for less (--filter, --limit, --tail), or give it more"
            + " with DIRECTORD_JAVA_OPTS=-Xmx4g, say; if that is not a directord server, "
            + server.hint());
  }

  @Override
  public ErrorCode code() {
    return ErrorCode.OUT_OF_MEMORY;
  }
}
