package io.directord.server.api;

import io.directord.common.security.Digests;
import io.directord.common.validation.ErrorCode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPOutputStream;

/** The files of the page, which are the same for everybody and name nothing of this server. */
final class PageFiles {
  static final String INDEX = "/";
  static final String FILES = "/ui/{file}";

  private static final String PREFIX = "/ui/";
  private static final String INDEX_FILE = "index.html";
  private static final String NAME = "[a-z]+\\.(html|css|js|svg)";
  private static final Map<String, String> MEDIA_TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  /**
   * What the page may do: run and load the files that are here, and ask this server. No script in
   * its text, no other site, no frame around it.
   */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private final Map<String, Asset> assets = new ConcurrentHashMap<>();

  /**
   * A file.
   *
   * @param packed by gzip
   */
  private record Asset(String mediaType, byte[] bytes, byte[] packed, String tag) {}

  /** Whether a request is for one of them. */
  static boolean isOne(HttpRequest request) {
    String path = request.uri();
    return request.method().equals(HttpMethod.GET)
        && (path.equals(INDEX) || path.startsWith(PREFIX));
  }

  CompletableFuture<Reply> read(Call call) throws IOException {
    String name = call.path().getOrDefault("file", INDEX_FILE);
    Asset asset = assets.get(name);
    if (asset == null) {
      asset = load(name);
      assets.put(name, asset);
    }
    Map<String, String> headers = new HashMap<>(headers(asset));
    if (asset.tag().equals(call.headers().get(HttpHeaderNames.IF_NONE_MATCH))) {
      return CompletableFuture.completedFuture(
          Reply.empty(HttpResponseStatus.NOT_MODIFIED).with(headers));
    }
    boolean takesPacked =
        call.headers()
            .get(HttpHeaderNames.ACCEPT_ENCODING, "")
            .matches("(?s).*\\bgzip\\b(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$)).*");
    if (takesPacked) {
      headers.put(HttpHeaderNames.CONTENT_ENCODING.toString(), HttpHeaderValues.GZIP.toString());
    }
    return CompletableFuture.completedFuture(
        new Reply(
            HttpResponseStatus.OK,
            asset.mediaType(),
            takesPacked ? asset.packed() : asset.bytes(),
            headers));
  }

  private static Map<String, String> headers(Asset asset) {
    return Map.of(
        HttpHeaderNames.ETAG.toString(),
        asset.tag(),
        HttpHeaderNames.CACHE_CONTROL.toString(),
        HttpHeaderValues.NO_CACHE.toString(),
        HttpHeaderNames.VARY.toString(),
        HttpHeaderNames.ACCEPT_ENCODING.toString(),
        "content-security-policy",
        POLICY,
        "x-content-type-options",
        "nosniff",
        "x-frame-options",
        "DENY",
        "referrer-policy",
        "no-referrer",
        "cross-origin-opener-policy",
        "same-origin",
        "cross-origin-resource-policy",
        "same-origin");
  }

  private static Asset load(String name) throws IOException {
    try (InputStream in =
        name.matches(NAME) ? PageFiles.class.getResourceAsStream("page/" + name) : null) {
      if (in == null) {
        throw new ApiProblem(
            HttpResponseStatus.NOT_FOUND, ErrorCode.UNKNOWN_PATH, "the page has no such file");
      }
      byte[] bytes = in.readAllBytes();
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
        out.write(bytes);
      }
      return new Asset(
          MEDIA_TYPES.get(name.substring(name.lastIndexOf('.') + 1)),
          bytes,
          packed.toByteArray(),
          '"' + Digests.sha256(bytes).substring(0, 32) + '"');
    }
  }
}
