package io.directord.common.http;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.DefaultContentLengthStrategy;
import org.apache.hc.core5.http.impl.io.ChunkedInputStream;
import org.apache.hc.core5.http.impl.io.ContentLengthInputStream;
import org.apache.hc.core5.http.impl.io.DefaultHttpRequestWriter;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.impl.io.IdentityInputStream;
import org.apache.hc.core5.http.impl.io.SessionInputBufferImpl;
import org.apache.hc.core5.http.impl.io.SessionOutputBufferImpl;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;

/**
 * One request and its reply, over a connection of their own. Not thread-safe; an interrupt ends a
 * wait with an {@link java.io.InterruptedIOException}.
 */
public final class HttpCall implements AutoCloseable {
  private static final int BUFFER_BYTES = 16 << 10;
  private static final int CONTINUE = 100;

  /** What a head may be, and how long it may take from its first byte on. */
  private static final Http1Config HEAD =
      Http1Config.custom().setMaxLineLength(16 << 10).setMaxHeaderCount(100).build();

  private static final Duration HEAD_TIME = Duration.ofSeconds(60);
  private static final Set<Integer> WITHOUT_BODY = Set.of(CONTINUE, 204, 304);

  private final String method;
  private final Map<String, String> more = new LinkedHashMap<>();
  private final Duration headTime;
  private final SocketStreams streams;
  private final InputStream in;
  private final OutputStream out;
  private final TlsServer server;
  private final SessionInputBufferImpl input =
      new SessionInputBufferImpl(BUFFER_BYTES, HEAD.getMaxLineLength());
  private final SessionOutputBufferImpl output = new SessionOutputBufferImpl(BUFFER_BYTES);
  private ClassicHttpResponse reply;
  private IOException unsent;

  /**
   * Sends nothing yet.
   *
   * @param channel connected; closed with this
   * @param timeout for silence of the peer; zero for none
   */
  public HttpCall(SocketChannel channel, String method, Duration timeout) throws IOException {
    this(channel, method, timeout, null);
  }

  /**
   * @param server to be spoken to by TLS; null for a connection that is used as it is
   */
  HttpCall(SocketChannel channel, String method, Duration timeout, TlsServer server)
      throws IOException {
    this.method = method;
    this.server = server;
    this.headTime = timeout.isZero() ? HEAD_TIME : timeout;
    this.streams = new SocketStreams(channel, timeout);
    if (server == null) {
      in = streams.in();
      out = streams.out();
      return;
    }
    TlsStreams tls = new TlsStreams(server.engine(), streams.in(), streams.out());
    try {
      tls.handshake();
    } catch (IOException | RuntimeException e) {
      streams.close();
      throw e;
    }
    in = tls.in();
    out = tls.out();
  }

  /**
   * Sends a request with this JSON as its body, or without one if it is null. If the peer refuses
   * it and closes the connection before all is sent, {@link #await} returns its reply.
   */
  public void send(String target, byte[] json) throws InterruptedIOException {
    BasicClassicHttpRequest request = request(target);
    if (json != null) {
      request.setHeader("Content-Type", "application/json");
      request.setHeader("Content-Length", json.length);
    }
    send(request, json);
  }

  private void send(BasicClassicHttpRequest request, byte[] body) throws InterruptedIOException {
    try {
      write(request);
      if (body != null) {
        output.write(body, out);
      }
      output.flush(out);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      unsent = e;
    }
  }

  /** Sends the head of a request and asks whether the server wants the body. */
  public void announce(String target, long size) throws InterruptedIOException {
    BasicClassicHttpRequest request = request(target);
    request.setHeader("Content-Type", "application/octet-stream");
    request.setHeader("Content-Length", size);
    request.setHeader("Expect", "100-continue");
    send(request, null);
  }

  /**
   * Sends a part of the announced body.
   *
   * @return false if the server does not accept more; its reply says why
   */
  public boolean sendBody(byte[] bytes, int length) throws IOException {
    try {
      out.write(bytes, 0, length);
      return true;
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      return false;
    }
  }

  public void timeout(Duration value) {
    streams.timeout(value);
  }

  /**
   * Notified once, on the caller's thread, if the peer is silent before the head of the reply.
   *
   * @param after less than the timeout
   */
  public void onSilence(Duration after, Runnable then) {
    streams.onSilence(after, then);
  }

  /**
   * Waits for the head of the reply and returns its status; 100 if the announced body is wanted.
   *
   * @throws java.net.ProtocolException if what comes is not such a head
   */
  public int await() throws IOException {
    try {
      streams.bound(headTime);
      reply = new DefaultHttpResponseParser(HEAD).parse(input, in);
    } catch (HttpException e) {
      throw protocol("it does not speak HTTP", e);
    } catch (MessageConstraintException e) {
      throw protocol("its headers do not end, or are too long", e);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw unsent == null ? e : unsent;
    } finally {
      streams.onSilence(null, null);
      streams.bound(null);
    }
    if (reply == null && unsent != null) {
      throw unsent;
    }
    if (reply == null) {
      throw new EOFException("it closed the connection without an answer");
    }
    return reply.getCode();
  }

  private static ProtocolException protocol(String message, Exception cause) {
    ProtocolException broken = new ProtocolException(message);
    broken.initCause(cause);
    return broken;
  }

  /**
   * The reply's body.
   *
   * @throws java.net.ProtocolException if its length is not said as in HTTP
   */
  public InputStream reply() throws IOException {
    if (method.equals("HEAD") || WITHOUT_BODY.contains(reply.getCode())) {
      return new ByteArrayInputStream(new byte[0]);
    }
    try {
      long length = DefaultContentLengthStrategy.INSTANCE.determineLength(reply);
      if (length == ContentLengthStrategy.CHUNKED) {
        return new ChunkedInputStream(input, in);
      }
      if (length == ContentLengthStrategy.UNDEFINED) {
        return new IdentityInputStream(input, in);
      }
      return new ContentLengthInputStream(input, in, length);
    } catch (HttpException e) {
      throw protocol("it does not say in HTTP's way how long its answer is", e);
    }
  }

  /** The status of the reply. */
  public int status() {
    return reply.getCode();
  }

  /** A header of the reply, or null. */
  public String header(String name) {
    Header header = reply.getFirstHeader(name);
    return header == null ? null : header.getValue();
  }

  /** Adds to the head of the request, before it is sent. */
  public void put(String name, String value) {
    more.put(name, value);
  }

  private BasicClassicHttpRequest request(String target) {
    BasicClassicHttpRequest request = new BasicClassicHttpRequest(method, target);
    more.forEach(request::setHeader);
    request.setHeader("Host", server == null ? "localhost" : server.authority());
    if (server != null && server.token() != null) {
      request.setHeader("Authorization", "Bearer " + server.token());
    }
    request.setHeader("Connection", "close");
    return request;
  }

  private void write(BasicClassicHttpRequest request) throws IOException {
    try {
      new DefaultHttpRequestWriter().write(request, output, out);
    } catch (HttpException e) {
      throw new IOException("the request cannot be sent: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    streams.close();
  }
}
