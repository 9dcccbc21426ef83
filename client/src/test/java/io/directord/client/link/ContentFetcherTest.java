package io.directord.client.link;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.link.zeromq.ServerAddress;
import io.directord.client.link.zeromq.ZeroMqDriver;
import io.directord.common.component.JobException;
import io.directord.common.job.Outcome;
import io.directord.common.security.Sealing;
import io.directord.common.wire.ContentMessage;
import io.directord.common.wire.Delivery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ContentFetcherTest {
  private final byte[] content = new byte[123_456];
  private final ByteArrayOutputStream got = new ByteArrayOutputStream();
  private final AtomicLong later = new AtomicLong();
  private ContentServer server;
  private Driver driver;
  private ContentFetcher fetcher;

  @BeforeEach
  void start() throws Exception {
    new Random(1).nextBytes(content);
    server = new ContentServer(content, 0);
    ServerAddress address = ServerAddress.of(List.of("127.0.0.1"), 0, null, null);
    driver = new ZeroMqDriver(address, System::nanoTime, (thread, e) -> {});
    fetcher = new ContentFetcher(driver, () -> System.nanoTime() + later.get());
    fetcher.port(server.port());
  }

  @AfterEach
  void stop() {
    fetcher.close();
    driver.close();
    server.close();
  }

  @Test
  void fetchesAllChunksInOrder() throws Exception {
    // Nothing is asked for again, since no time passes.
    ContentFetcher timeless = new ContentFetcher(driver, later::get);
    timeless.port(server.port());
    timeless.fetch(server.delivery, got::writeBytes);
    timeless.close();
    assertArrayEquals(content, got.toByteArray());
    assertEquals(server.delivery.chunks(), server.requests.get());
  }

  @Test
  void anEmptyContentNeedsNoRequest() throws Exception {
    Delivery d = server.delivery;
    Delivery empty = new Delivery(d.jobId(), d.sha256(), 0, d.chunkBytes(), d.key(), d.ticket());
    fetcher.fetch(empty, got::writeBytes);
    assertEquals(0, got.size());
    assertEquals(0, server.requests.get());
  }

  @Test
  void asksAgainForChunksThatWereLost() throws Exception {
    Set<Long> lost = ConcurrentHashMap.newKeySet();
    server.fault =
        (request, answer) -> request.chunk() % 40 == 3 && lost.add(request.chunk()) ? null : answer;
    fetch();
    assertArrayEquals(content, got.toByteArray());
    assertEquals(4, lost.size());
  }

  @Test
  void asksAgainForChunksThatCameDamaged() throws Exception {
    Set<Long> damaged = new HashSet<>();
    server.fault =
        (request, answer) -> {
          if (request.chunk() == 7 && damaged.add(7L)) {
            ((ContentMessage.Chunk) answer).sealed()[5] ^= 1;
          }
          return answer;
        };
    fetch();
    assertArrayEquals(content, got.toByteArray());
  }

  @Test
  void forgedMessagesAreIgnored() throws Exception {
    AtomicInteger forged = new AtomicInteger();
    byte[] otherKey = new byte[32];
    server.fault =
        (request, answer) ->
            switch (forged.getAndIncrement()) {
              case 0 -> new ContentMessage.Denied(request.ticket(), request.chunk(), new byte[0]);
              case 1 ->
                  new ContentMessage.Denied(
                      request.ticket(),
                      request.chunk(),
                      Sealing.sealDenial(otherKey, request.chunk(), "no"));
              case 2 -> new ContentMessage.Chunk(request.ticket(), 0, new byte[1016]);
              case 3 -> new ContentMessage.Chunk(request.ticket(), request.chunk(), new byte[0]);
              case 4 -> new ContentMessage.Chunk(new byte[32], request.chunk(), new byte[1016]);
              case 5 -> new ContentMessage.Request(request.ticket(), request.chunk());
              default -> {
                if (forged.get() < 30) {
                  ((ContentMessage.Chunk) answer).sealed()[5] ^= 1;
                }
                yield answer;
              }
            };
    fetch();
    assertArrayEquals(content, got.toByteArray());
  }

  @Test
  void aNetworkThatIsSilentForMinutesCostsTimeOnly() throws Exception {
    AtomicInteger answers = new AtomicInteger();
    server.fault =
        (request, answer) -> {
          int n = answers.incrementAndGet();
          if (n > 20 && n < 60) {
            // Nothing comes, and half a minute passes.
            later.addAndGet(Duration.ofSeconds(30).toNanos());
            return null;
          }
          return answer;
        };
    fetch();
    assertArrayEquals(content, got.toByteArray());
    assertTrue(later.get() > Duration.ofMinutes(15).toNanos());
  }

  @Test
  void goesOnWhereItWasWhenTheServerIsRestarted() throws Exception {
    AtomicInteger answers = new AtomicInteger();
    server.fault = (request, answer) -> answers.incrementAndGet() > 30 ? null : answer;
    Thread restart =
        new Thread(
            () -> {
              await().until(() -> answers.get() > 30);
              int port = server.port();
              server.close();
              try {
                server = new ContentServer(content, port);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    restart.start();
    fetch();
    restart.join();
    assertArrayEquals(content, got.toByteArray());
    assertFalse(server.asked.contains(0L), "it began again");
  }

  @Test
  void aDenialSaysWhy() {
    server.fault =
        (request, answer) ->
            new ContentMessage.Denied(
                request.ticket(),
                request.chunk(),
                Sealing.sealDenial(server.delivery.key(), request.chunk(), "the job has ended"));
    JobException failure = assertThrows(JobException.class, this::fetch);
    assertEquals(Outcome.Reason.REFUSED, failure.reason());
    assertEquals("the server denies the content: the job has ended", failure.getMessage());
  }

  @Test
  void aFailureOfTheSinkEndsTheTransfer() {
    IOException failure =
        assertThrows(
            IOException.class,
            () ->
                fetcher.fetch(
                    server.delivery,
                    bytes -> {
                      throw new IOException("No space left on device");
                    }));
    assertEquals("No space left on device", failure.getMessage());
  }

  @Test
  void anInterruptEndsTheTransferAndNothingComesAfterIt() throws Exception {
    server.fault = (request, answer) -> request.chunk() > 20 ? null : answer;
    AtomicReference<String> said = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                fetch();
              } catch (InterruptedException e) {
                said.set(e.getMessage());
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    thread.start();
    await().until(() -> got.size() == 21 * server.delivery.chunkBytes());
    later.set(Duration.ofSeconds(70).toNanos());
    thread.interrupt();
    thread.join();
    assertTrue(
        said.get().startsWith("21000 of 123456 bytes of the content had come; the last of it 7"),
        said.get());
    server.fault = (request, answer) -> answer;
    assertEquals(21 * server.delivery.chunkBytes(), got.size());
  }

  @Test
  void ofAJobThatTheServerHasEndedNothingIsWaitedFor() {
    server.fault =
        (request, answer) ->
            new ContentMessage.Denied(request.ticket(), request.chunk(), new byte[0]);
    Thread told =
        new Thread(
            () -> {
              await().until(() -> server.requests.get() > 0);
              fetcher.gone(Set.of(server.delivery.jobId()));
            });
    told.start();
    JobException failure = assertThrows(JobException.class, this::fetch);
    assertEquals(Outcome.Reason.REFUSED, failure.reason());
    assertTrue(failure.getMessage().contains("submit it again"), failure.getMessage());
    assertThrows(JobException.class, this::fetch, "nor is it asked for");
  }

  @Test
  void saysThatTheServerWasNeverReached() {
    fetcher.port(0);
    JobException failure = assertThrows(JobException.class, this::fetch);
    assertTrue(failure.getMessage().contains("never reached"), failure.getMessage());
  }

  private void fetch() throws Exception {
    fetcher.fetch(server.delivery, got::writeBytes);
  }
}
