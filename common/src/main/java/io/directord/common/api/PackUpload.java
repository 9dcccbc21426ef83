package io.directord.common.api;

import io.directord.common.http.HttpCall;
import io.directord.common.security.Digests;
import io.directord.common.tree.LocalTree;
import io.directord.common.wire.PackHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Small files on their way to the server in one request. */
final class PackUpload {
  private final ApiCalls calls;
  private final Map<String, LocalTree.LocalFile> local;
  private final UploadProgress progress;
  private final List<PackHeader> files = new ArrayList<>();
  private long bytes;

  PackUpload(ApiCalls calls, Map<String, LocalTree.LocalFile> local, UploadProgress progress) {
    this.calls = calls;
    this.local = local;
    this.progress = progress;
  }

  /** Returns false if there is no room for it. */
  boolean add(String sha256) {
    long size = local.get(sha256).size();
    if (bytes + PackHeader.BYTES + size > PackHeader.MAX_PACK_BYTES) {
      return false;
    }
    files.add(new PackHeader(sha256, size));
    bytes += PackHeader.BYTES + size;
    return true;
  }

  void send() throws IOException {
    if (!files.isEmpty()) {
      calls.send("POST", "/v1/content", bytes, this::body);
      files.clear();
      bytes = 0;
    }
  }

  private void body(HttpCall exchange) throws IOException {
    byte[] buffer = new byte[PackHeader.BYTES + PackHeader.MAX_CONTENT_BYTES];
    long done = 0;
    for (PackHeader file : files) {
      Path path = local.get(file.sha256()).path();
      int length = PackHeader.BYTES + (int) file.size();
      System.arraycopy(file.bytes(), 0, buffer, 0, PackHeader.BYTES);
      read(path, buffer, file);
      if (!exchange.sendBody(buffer, length)) {
        return;
      }
      done += length;
      progress.uploaded(path, done, bytes);
    }
  }

  private static void read(Path path, byte[] buffer, PackHeader file) throws IOException {
    int size = (int) file.size();
    int read;
    try (InputStream in = Files.newInputStream(path)) {
      read = in.readNBytes(buffer, PackHeader.BYTES, size);
    }
    MessageDigest digest = Digests.sha256();
    digest.update(buffer, PackHeader.BYTES, read);
    if (!Digests.hex(digest).equals(file.sha256())) {
      throw new IOException(
          path + " changed while it was sent to the server: give the command again");
    }
  }
}
