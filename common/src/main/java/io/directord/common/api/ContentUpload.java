package io.directord.common.api;

import io.directord.common.http.HttpCall;
import io.directord.common.tree.LocalTree;
import io.directord.common.wire.PackHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Uploads what jobs deliver and the server lacks, before they are submitted. */
final class ContentUpload {
  /** HTTP status: the content differs from what was announced. */
  private static final int MISMATCH = 422;

  private static final int BUFFER_BYTES = 128 << 10;

  private final ApiCalls calls;

  ContentUpload(ApiCalls calls) {
    this.calls = calls;
  }

  /**
   * Uploads files, except those that the server has or can open itself.
   *
   * @param contents by SHA-256
   */
  void files(Map<String, Path> contents, UploadProgress progress) throws IOException {
    for (var content : contents.entrySet()) {
      Path file = content.getValue().toAbsolutePath();
      if (!hasContent(content.getKey(), file)) {
        upload(content.getKey(), file, progress);
      }
    }
  }

  /** Uploads directories; small files many at a time. */
  void trees(List<LocalTree> trees, UploadProgress progress) throws IOException {
    for (LocalTree tree : trees) {
      upload(tree, progress);
    }
  }

  private boolean hasContent(String sha256, Path file) throws IOException {
    // A refusal has no message; sending the content will give one, or succeed.
    String path = "?path=" + ApiCalls.encode(file.toString());
    return calls.has("/v1/content/" + sha256 + path, Files.size(file));
  }

  private void upload(String sha256, Path file, UploadProgress progress) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      long size = Files.size(file);
      calls.send(
          "PUT",
          "/v1/content/" + sha256,
          size,
          exchange -> copy(in, exchange, file, size, progress));
    } catch (ApiException e) {
      Problem problem = e.problem();
      if (problem.status() != MISMATCH) {
        throw e;
      }
      throw new ApiException(
          new Problem(
              problem.status(), problem.title(), file + ": " + problem.detail(), problem.code()));
    }
  }

  private void upload(LocalTree tree, UploadProgress progress) throws IOException {
    calls.send(
        "PUT",
        "/v1/content/" + tree.sha256(),
        tree.manifest().length,
        exchange -> exchange.sendBody(tree.manifest(), tree.manifest().length));
    String target = "/v1/content/" + tree.sha256() + "/missing";
    Set<String> sent = new HashSet<>();
    List<String> missing = calls.get(target, Replies::missing).missing();
    while (sent.addAll(missing)) {
      Map<String, LocalTree.LocalFile> files = tree.contents(Set.copyOf(missing));
      PackUpload pack = new PackUpload(calls, files, progress);
      for (String sha256 : missing) {
        LocalTree.LocalFile file = files.get(sha256);
        if (file.size() > PackHeader.MAX_CONTENT_BYTES) {
          upload(sha256, file.path(), progress);
        } else if (!pack.add(sha256)) {
          pack.send();
          pack.add(sha256);
        }
      }
      pack.send();
      if (missing.size() < Bodies.MissingFiles.MAX_FILES) {
        return;
      }
      missing = calls.get(target, Replies::missing).missing();
    }
  }

  private static void copy(
      InputStream in, HttpCall exchange, Path file, long size, UploadProgress progress)
      throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long sent = 0;
    progress.uploaded(file, 0, size);
    while (sent < size) {
      int n = in.read(buffer, 0, (int) Math.min(buffer.length, size - sent));
      if (n < 0) {
        throw new IOException(
            file + " became shorter while it was sent to the server: give the command again");
      }
      if (!exchange.sendBody(buffer, n)) {
        return;
      }
      sent += n;
      progress.uploaded(file, sent, size);
    }
  }
}
