package io.directord.common.http;

import io.directord.common.input.BlockInput;
import io.directord.common.input.BlockOutput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/**
 * TLS over the streams of a connection, whose timeouts and interrupts hold for it too. Not
 * thread-safe.
 */
final class TlsStreams {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SSLEngine engine;
  private final InputStream rawIn;
  private final OutputStream rawOut;

  /** What has come and is not opened; to be read. */
  private final ByteBuffer sealedIn;

  private final ByteBuffer sealedOut;

  /** What was opened; to be read. */
  private final ByteBuffer plain;

  TlsStreams(SSLEngine engine, InputStream rawIn, OutputStream rawOut) {
    this.engine = engine;
    this.rawIn = rawIn;
    this.rawOut = rawOut;
    int packet = engine.getSession().getPacketBufferSize();
    sealedIn = ByteBuffer.allocate(packet).limit(0);
    sealedOut = ByteBuffer.allocate(packet);
    plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
  }

  void handshake() throws IOException {
    engine.beginHandshake();
    try {
      while (engine.getHandshakeStatus() != SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING) {
        if (!step() && !unwrap()) {
          throw new EOFException("it closed the connection in the middle of the TLS handshake");
        }
      }
    } catch (SSLException e) {
      tellWhy();
      throw e;
    }
  }

  /** What the engine has to do by itself; false if it needs bytes of the peer. */
  private boolean step() throws IOException {
    switch (engine.getHandshakeStatus()) {
      case NEED_TASK -> {
        for (Runnable task = engine.getDelegatedTask();
            task != null;
            task = engine.getDelegatedTask()) {
          task.run();
        }
        return true;
      }
      case NEED_WRAP -> {
        wrap(NOTHING);
        return true;
      }
      default -> {
        return false;
      }
    }
  }

  /** The peer's log should have the reason too. */
  private void tellWhy() {
    try {
      while (engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP
          && wrap(NOTHING)) {
        // The alert is one record.
      }
    } catch (IOException e) {
      // It has gone already.
    }
  }

  /** Whether the engine goes on. */
  private boolean wrap(ByteBuffer from) throws IOException {
    sealedOut.clear();
    SSLEngineResult result = engine.wrap(from, sealedOut);
    rawOut.write(sealedOut.array(), 0, sealedOut.position());
    return result.getStatus() == SSLEngineResult.Status.OK;
  }

  /** Opens one record; false at the end. */
  private boolean unwrap() throws IOException {
    while (true) {
      plain.clear();
      SSLEngineResult.Status status = engine.unwrap(sealedIn, plain).getStatus();
      plain.flip();
      if (status == SSLEngineResult.Status.OK) {
        return true;
      }
      if (status != SSLEngineResult.Status.BUFFER_UNDERFLOW || !fill()) {
        return false;
      }
    }
  }

  private boolean fill() throws IOException {
    sealedIn.compact();
    int n = rawIn.read(sealedIn.array(), sealedIn.position(), sealedIn.remaining());
    sealedIn.position(sealedIn.position() + Math.max(0, n)).flip();
    return n > 0;
  }

  InputStream in() {
    return new BlockInput() {

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        while (!plain.hasRemaining() && length > 0) {
          if (!unwrap()) {
            return -1;
          }
          while (step()) {
            // A change of keys, for example.
          }
        }
        int n = Math.min(length, plain.remaining());
        plain.get(bytes, offset, n);
        return n;
      }
    };
  }

  OutputStream out() {
    return new BlockOutput() {

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes, offset, length);
        while (left.hasRemaining()) {
          if (!wrap(left)) {
            throw new EOFException("it has closed the connection");
          }
        }
      }
    };
  }
}
