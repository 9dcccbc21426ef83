package io.directord.server.content;

import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import tools.jackson.databind.node.ObjectNode;

/** Contents and jobs for the tests of this package. */
final class Samples {
  private Samples() {}

  static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  /** Puts it into the store. */
  static String store(ContentStore store, byte[] bytes) throws Exception {
    String sha256 = sha256(bytes);
    try (Incoming incoming = store.receive(sha256, bytes.length, null)) {
      incoming.write(ByteBuffer.wrap(bytes));
      incoming.commit();
    }
    return sha256;
  }

  static Job copy(String sha256, long size) {
    ObjectNode job = Json.object().put("verb", "COPY").put("to", "/etc/motd");
    job.putArray("files")
        .addObject()
        .put("path", "/srv/motd")
        .put("sha256", sha256)
        .put("size", size)
        .put("to", "/etc/motd");
    return JobJson.read(job);
  }
}
