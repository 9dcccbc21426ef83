package io.directord.server.api;

import io.directord.common.validation.ErrorCode;
import io.directord.server.access.Caller;
import io.directord.server.metrics.Meters;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Set;

/**
 * One connection: one request after the other. The next one is read only when the one before has
 * been answered, and the parts of a body only when its receiver wants more, so a connection holds
 * little. Everything runs on the channel's event loop; see {@link Exchange}.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter implements Exchange {
  private static final System.Logger LOG = System.getLogger(HttpConnection.class.getName());
  private static final int TICKS_FOR_A_HALF_REQUEST = 2;
  private static final int TICKS_FOR_THE_NEXT_REQUEST = 4;

  /** How much of an unwanted body is read before the connection is closed for it. */
  private static final long UNWANTED_BYTES = 64L << 20;

  private static final Set<HttpResponseStatus> BODYLESS =
      Set.of(HttpResponseStatus.NO_CONTENT, HttpResponseStatus.NOT_MODIFIED);

  private static final ApiProblem NO_MEMORY =
      new ApiProblem(
          HttpResponseStatus.SERVICE_UNAVAILABLE,
          ErrorCode.SERVER_BUSY,
          "other replies wait until they are read, and there is no memory for another one; try"
              + " again in a moment",
          Map.of(HttpHeaderNames.RETRY_AFTER.toString(), "1"));

  private final Router router;
  private final ApiLimits limits;
  private final ReaderMemory memory;
  private final Meters meters;
  private final Authentication authentication;
  private ChannelHandlerContext context;
  private State state = State.IDLE;
  private Receiver receiver;
  private boolean keepAlive = true;
  private boolean expectsContinue;
  private boolean waitsForInput;
  private int silentTicks;
  private long unwanted;

  private enum State {
    /** Between requests. */
    IDLE,
    /** A request's head has come, its body not yet. */
    RECEIVING,
    /** The whole request has come. */
    ANSWERING,
    /** The answer was begun, and goes on until somebody ends it. */
    STREAMING,
    /** The last answer was given; what still comes is thrown away. */
    ENDING
  }

  HttpConnection(
      Router router,
      ApiLimits limits,
      ReaderMemory memory,
      Meters meters,
      Authentication authentication) {
    this.meters = meters;
    this.authentication = authentication;
    this.memory = memory;
    this.router = router;
    this.limits = limits;
  }

  @Override
  public void more() {
    // Not called directly: with a body in many tiny chunks the calls would nest as deeply.
    context
        .executor()
        .execute(
            () -> {
              if (state != State.IDLE && state != State.RECEIVING) {
                // That was the last part: what comes next belongs to the next request.
                return;
              }
              if (expectsContinue) {
                expectsContinue = false;
                context.writeAndFlush(
                    new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
              }
              waitsForInput = true;
              ConnectionLimit.waits(context.channel(), state == State.RECEIVING);
              context.read();
            });
  }

  @Override
  public void reply(Reply given) {
    // The kernel cannot send a file through TLS, so it is read into memory.
    boolean encrypts = context.pipeline().get(SslHandler.class) != null;
    Reply reply = encrypts ? given.inMemory() : given;
    context
        .executor()
        .execute(
            () -> {
              if (receiver != null) {
                write(reply);
              } else {
                reply.discard();
              }
            });
  }

  @Override
  public ChannelHandlerContext context() {
    return context;
  }

  @Override
  public ApiLimits limits() {
    return limits;
  }

  @Override
  public ReaderMemory memory() {
    return memory;
  }

  @Override
  public void stream(String mediaType) {
    state = State.STREAMING;
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    head.headers()
        .set(HttpHeaderNames.CONTENT_TYPE, mediaType)
        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
        .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    context.writeAndFlush(head);
    // Only reading shows that the follower has gone.
    context.read();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    more();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    silentTicks = 0;
    waitsForInput = false;
    ConnectionLimit.busy(context.channel());
    if (state == State.STREAMING || state == State.ENDING) {
      discard(message);
    } else if (((HttpObject) message).decoderResult().isFailure()) {
      ReferenceCountUtil.release(message);
      write(Reply.problem(malformed(((HttpObject) message).decoderResult())));
      closeAfterWriting();
    } else if (message instanceof HttpRequest request) {
      begin(request);
    } else {
      part((HttpContent) message);
    }
  }

  private void begin(HttpRequest request) {
    state = State.RECEIVING;
    keepAlive = HttpUtil.isKeepAlive(request);
    expectsContinue = HttpUtil.is100ContinueExpected(request);
    try {
      refuseUnspeakable(request);
      Caller caller = authentication.caller(context.channel(), request);
      Callers.set(context.channel(), caller);
      Router.Match match = router.route(request, caller);
      receiver = match.endpoint().receive(match.call(), this);
      receiver.begin();
    } catch (ApiProblem e) {
      router.refused(context.channel(), request, e);
      write(Reply.problem(e));
    }
  }

  private static void refuseUnspeakable(HttpMessage request) {
    if (request.protocolVersion().majorVersion() != 1) {
      throw new ApiProblem(
          HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED,
          ErrorCode.INVALID_REQUEST,
          "HTTP/1.1 is spoken here");
    }
    String encoding = request.headers().get(HttpHeaderNames.CONTENT_ENCODING);
    if (encoding != null && !HttpHeaderValues.IDENTITY.contentEqualsIgnoreCase(encoding)) {
      throw new ApiProblem(
          HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
          ErrorCode.INVALID_REQUEST,
          "bodies are taken as they are, and not in the encoding "
              + encoding
              + ": send it without compression, and without Content-Encoding");
    }
    if (request.headers().contains(HttpHeaderNames.EXPECT)
        && !HttpUtil.is100ContinueExpected(request)) {
      throw new ApiProblem(
          HttpResponseStatus.EXPECTATION_FAILED,
          ErrorCode.INVALID_REQUEST,
          "only 100-continue can be expected here");
    }
  }

  private void part(HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    if (last) {
      state = State.ANSWERING;
    }
    if (content.content().isReadable()) {
      receiver.part(content.content());
    } else {
      content.release();
      if (!last) {
        more();
      }
    }
    if (last) {
      receiver.end();
    }
  }

  private void write(Reply wanted) {
    Caller caller = Callers.of(context.channel());
    boolean fits = memory.reserveReply(caller, wanted.body().length);
    Reply reply = fits ? wanted : Reply.problem(NO_MEMORY);
    if (reply.code() != null) {
      meters.refused(reply.code());
    }
    if (!fits) {
      wanted.discard();
    }
    boolean complete = state == State.ANSWERING;
    boolean goesOn = complete && keepAlive;
    endRequest();
    state = goesOn ? State.IDLE : State.ENDING;
    ChannelFuture written = write(reply, goesOn);
    if (fits) {
      written.addListener(done -> memory.releaseReply(caller, reply.body().length));
    }
    if (goesOn) {
      written.addListener(done -> more());
    } else if (complete) {
      written.addListener(ChannelFutureListener.CLOSE);
    } else {
      // Whoever is still sending would not see the answer if the connection were closed now.
      written.addListener(done -> ((DuplexChannel) context.channel()).shutdownOutput());
      written.addListener(done -> ConnectionLimit.waits(context.channel(), true));
      context.read();
    }
  }

  private ChannelFuture write(Reply reply, boolean goesOn) {
    byte[] body = reply.body();
    if (reply.file() == null && body.length < LargeReply.MIN_BYTES) {
      FullHttpResponse whole =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, reply.status(), Unpooled.wrappedBuffer(body));
      return context.writeAndFlush(withHeaders(whole, reply, goesOn));
    }
    HttpResponse head =
        withHeaders(new DefaultHttpResponse(HttpVersion.HTTP_1_1, reply.status()), reply, goesOn);
    Runnable taken = () -> silentTicks = 0;
    if (reply.file() == null) {
      return new LargeReply(context).write(head, body, memory, taken);
    }
    context.write(head);
    context.write(reply.file().region(taken));
    return context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  private static HttpResponse withHeaders(HttpResponse response, Reply reply, boolean goesOn) {
    reply.headers().forEach((name, value) -> response.headers().set(name, value));
    if (reply.mediaType() != null) {
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, reply.mediaType());
    }
    if (!BODYLESS.contains(reply.status())) {
      HttpUtil.setContentLength(response, reply.length());
    }
    if (!goesOn) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    return response;
  }

  private void discard(Object message) {
    boolean last = message instanceof LastHttpContent;
    unwanted += message instanceof HttpContent content ? content.content().readableBytes() : 0;
    boolean broken = ((HttpObject) message).decoderResult().isFailure();
    ReferenceCountUtil.release(message);
    if (state == State.ENDING && (last || broken) || unwanted > UNWANTED_BYTES) {
      context.close();
    } else {
      if (state == State.ENDING) {
        ConnectionLimit.waits(context.channel(), true);
      }
      context.executor().execute(context::read);
    }
  }

  private void endRequest() {
    if (receiver != null) {
      Receiver over = receiver;
      receiver = null;
      over.close();
    }
  }

  private static ApiProblem malformed(DecoderResult result) {
    Throwable cause = result.cause();
    if (cause instanceof TooLongHttpLineException) {
      return new ApiProblem(
          HttpResponseStatus.REQUEST_URI_TOO_LONG,
          ErrorCode.TOO_LARGE,
          "the request line is too long");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return new ApiProblem(
          HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
          ErrorCode.TOO_LARGE,
          "the request's headers are too long");
    }
    return Call.bad("this is not a valid HTTP/1.1 request: " + cause.getMessage());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof IdleStateEvent) {
      tick();
    } else if (event == ConnectionSignal.STOP) {
      stop();
    } else if (event == ConnectionSignal.MAKE_ROOM && (waitsForInput || state == State.ENDING)) {
      makeRoom();
    }
  }

  /** Another connection needs the place of this one, which waits for its peer. */
  private void makeRoom() {
    if (state == State.IDLE || state == State.ENDING) {
      context.close();
    } else {
      write(
          Reply.problem(
              new ApiProblem(
                  HttpResponseStatus.SERVICE_UNAVAILABLE,
                  ErrorCode.SERVER_BUSY,
                  "the rest of the request had not come yet, and others needed the connection; try"
                      + " again in a moment")));
      closeAfterWriting();
    }
  }

  private void tick() {
    if (state == State.STREAMING) {
      receiver.tick();
    } else if (state == State.ANSWERING || state == State.RECEIVING && !waitsForInput) {
      silentTicks = 0;
    } else if (state == State.RECEIVING && ++silentTicks >= TICKS_FOR_A_HALF_REQUEST) {
      write(
          Reply.problem(
              new ApiProblem(
                  HttpResponseStatus.REQUEST_TIMEOUT,
                  ErrorCode.INVALID_REQUEST,
                  "the rest of the request did not come")));
    } else if (state != State.RECEIVING && ++silentTicks >= TICKS_FOR_THE_NEXT_REQUEST) {
      context.close();
    }
  }

  private void stop() {
    keepAlive = false;
    if (state == State.ANSWERING || state == State.STREAMING) {
      receiver.stopping();
    } else {
      closeAfterWriting();
    }
  }

  private void closeAfterWriting() {
    context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (receiver != null) {
      receiver.writable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    endRequest();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // That a peer goes away, or cannot be decoded, is not worth a line; anything else is an error
    // of
    // the server.
    boolean peers = cause instanceof IOException || cause instanceof CodecException;
    LOG.log(peers ? Level.DEBUG : Level.ERROR, "a connection broke", cause);
    ctx.close();
  }
}
