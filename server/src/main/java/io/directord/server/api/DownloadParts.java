package io.directord.server.api;

import io.netty.handler.codec.http.HttpStatusClass;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Knows which requests go on with a download: those that begin where the one before has ended. Any
 * other is a download of its own, wherever it begins. Thread-safe.
 */
final class DownloadParts {
  /** Maximum number of downloads that are remembered; far more than are under way. */
  private static final int MAX_DOWNLOADS = 10_000;

  private final Map<String, Long> ends =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MAX_DOWNLOADS;
        }
      };

  /** Whether that request continues a download. Called once for each request, with its reply. */
  synchronized boolean goesOn(Call call, Reply reply) {
    if (reply.status().codeClass() != HttpStatusClass.SUCCESS) {
      return false;
    }
    String offset = call.parameter("offset");
    long from = offset == null ? 0 : Long.parseLong(offset);
    Long end = ends.put(call.caller().user() + " " + call.action(), from + reply.length());
    return from > 0 && end != null && end == from;
  }
}
