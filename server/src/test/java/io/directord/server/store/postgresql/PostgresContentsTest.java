package io.directord.server.store.postgresql;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.config.DatastoreUrl;
import io.directord.server.store.ContentArchive;
import io.directord.server.store.Election;
import io.directord.server.store.FetchedArchive;
import io.directord.server.store.StoreException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class PostgresContentsTest {
  private static final String ID = "ab".repeat(32);

  @AutoClose private static PostgresServer server;

  @AutoClose private PostgresElection election;
  private String url;
  private Election.Term term;
  private ContentArchive contents;

  @BeforeAll
  static void startServer() {
    server = PostgresServer.start();
  }

  @BeforeEach
  void lead() throws IOException {
    url = server.newDatabase();
    election = PostgresElection.open(DatastoreUrl.parse(url), "a", Election.LeaseTimes.DEFAULT);
    term = election.campaign();
    contents = term.contents();
  }

  @Test
  void whatIsPutIsReadListedAndRemoved() throws IOException {
    byte[] large = new byte[(5 << 20) / 2];
    new Random(1).nextBytes(large);
    ContentArchive.Entry entry = new ContentArchive.Entry(ID, large.length, true);
    contents.put(entry, new ByteArrayInputStream(large));
    contents.put(entry, new ByteArrayInputStream(large));
    assertEquals(List.of(entry), contents.list());
    assertArrayEquals(large, read(ID));

    contents.remove(List.of(ID, "cd".repeat(32)));

    assertEquals(List.of(), contents.list());
    assertThrows(NoSuchFileException.class, () -> read(ID));
    assertEquals("0", server.sql(url, "SELECT count(*) FROM directord.content_parts"));
  }

  @Test
  void anEmptyContentIsOne() throws IOException {
    contents.put(new ContentArchive.Entry(ID, 0, false), InputStream.nullInputStream());
    assertEquals(0, read(ID).length);
  }

  @Test
  void oneThatDoesNotComeToItsEndIsNotThereAndMayBePutAgain() throws IOException {
    ContentArchive.Entry entry = new ContentArchive.Entry(ID, 3, false);
    InputStream broken =
        new InputStream() {
          private boolean read;

          @Override
          public int read() throws IOException {
            throw new IOException("broken");
          }

          @Override
          public int readNBytes(byte[] into, int offset, int length) throws IOException {
            if (read) {
              throw new IOException("broken");
            }
            read = true;
            return length;
          }
        };
    assertThrows(IOException.class, () -> contents.put(entry, broken));
    assertEquals(List.of(), contents.list());

    contents.put(entry, new ByteArrayInputStream(new byte[] {1, 2, 3}));

    assertArrayEquals(new byte[] {1, 2, 3}, read(ID));
  }

  @Test
  void aFormerLeaderRemovesNothing() throws IOException {
    contents.put(new ContentArchive.Entry(ID, 0, false), InputStream.nullInputStream());
    server.sql(url, "UPDATE directord.format SET epoch = epoch + 1");

    StoreException refused = assertThrows(StoreException.class, () -> contents.remove(List.of(ID)));

    assertTrue(refused.getMessage().contains("does not lead"), refused::getMessage);
    assertEquals(1, contents.list().size());
  }

  @Test
  void aFormerLeaderPutsNothing() {
    server.sql(url, "UPDATE directord.format SET epoch = epoch + 1");
    for (long bytes = 0; bytes < 2; bytes++) {
      ContentArchive.Entry entry = new ContentArchive.Entry(ID, bytes, false);
      InputStream stored = new ByteArrayInputStream(new byte[(int) bytes]);
      StoreException refused =
          assertThrows(StoreException.class, () -> contents.put(entry, stored));
      assertTrue(refused.getMessage().contains("does not lead"), refused::getMessage);
    }
    assertEquals("0", server.sql(url, "SELECT count(*) FROM directord.content_parts"));
    assertEquals(List.of(), contents.list());
  }

  @Test
  void whatIsLeftOfOneThatWasNotPutToItsEndIsRemoved() throws IOException {
    contents.put(new ContentArchive.Entry(ID, 1, false), new ByteArrayInputStream(new byte[1]));
    server.sql(url, "INSERT INTO directord.content_parts VALUES ('left', 0, 'bytes')");

    assertEquals(1, contents.list().size());

    assertEquals("1", server.sql(url, "SELECT count(*) FROM directord.content_parts"));
    assertEquals(1, read(ID).length);
  }

  @Test
  void oneThatIsCutShortIsNotThere() throws IOException {
    contents.put(new ContentArchive.Entry(ID, 1, false), new ByteArrayInputStream(new byte[1]));
    server.sql(url, "DELETE FROM directord.content_parts");
    assertThrows(NoSuchFileException.class, () -> read(ID));
  }

  @Test
  void noCommitWaitsForTheRemovalOfContents() throws Exception {
    contents.put(new ContentArchive.Entry(ID, 0, false), InputStream.nullInputStream());
    try (Connection other =
            new PostgresDatabase(DatastoreUrl.parse(url))
                .connect(PostgresDatabase.Use.READER, new DatabaseSockets.Group());
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT FROM directord.contents FOR UPDATE");
      CompletableFuture<Void> removal =
          CompletableFuture.runAsync(() -> contents.remove(List.of(ID)));
      await()
          .until(
              () ->
                  server
                      .sql(
                          url,
                          "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                              + " AND application_name LIKE 'directord % content'")
                      .equals("1"));

      server.sql(url, "SET lock_timeout = '1s'; UPDATE directord.format SET commits = commits");

      other.commit();
      await().until(removal::isDone);
    }
  }

  @Test
  void whatFetchHasBroughtIsReadInPartsListedAndRemoved() throws IOException {
    FetchedArchive fetched = term.fetched();
    byte[] large = new byte[(5 << 20) / 2];
    new Random(1).nextBytes(large);
    FetchedArchive.Key key = new FetchedArchive.Key(new UUID(1, 2), "nöde");
    byte[] receipt = {1, 2};
    fetched.put(
        new FetchedArchive.Entry(key, "alice", receipt, large.length),
        new ByteArrayInputStream(large));
    FetchedArchive.Entry found = fetched.list().get(0);
    assertEquals(key, found.key());
    assertEquals("alice", found.owner());
    assertArrayEquals(receipt, found.receipt());
    assertEquals(large.length, found.bytes());
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    for (byte[] part = fetched.read(key, 0, 1000);
        part.length > 0;
        part = fetched.read(key, read.size(), 700_000)) {
      read.write(part);
    }
    assertArrayEquals(large, read.toByteArray());

    fetched.removeContent(key);

    assertNull(fetched.read(key, 0, 10));
    assertTrue(fetched.list().get(0).bytes() < 0);
    fetched.remove(List.of(key, new FetchedArchive.Key(new UUID(3, 4), "b")));
    assertEquals(List.of(), fetched.list());
    assertEquals("0", server.sql(url, "SELECT count(*) FROM directord.fetched_parts"));
  }

  @Test
  void aFormerLeaderNeitherPutsNorRemovesWhatFetchHasBrought() throws IOException {
    FetchedArchive fetched = term.fetched();
    FetchedArchive.Key key = new FetchedArchive.Key(new UUID(1, 2), "a");
    fetched.put(
        new FetchedArchive.Entry(key, "alice", new byte[0], 1),
        new ByteArrayInputStream(new byte[1]));
    server.sql(
        url,
        "INSERT INTO directord.fetched_parts VALUES ('"
            + new UUID(3, 4)
            + "', 'left', 0, 'bytes'); UPDATE directord.format SET epoch = epoch + 1");

    assertNotLeading(() -> fetched.remove(List.of(key)));
    assertNotLeading(() -> fetched.removeContent(key));
    for (int bytes = 0; bytes < 2; bytes++) {
      FetchedArchive.Key other = new FetchedArchive.Key(new UUID(1, 2), "b");
      FetchedArchive.Entry entry = new FetchedArchive.Entry(other, "alice", new byte[0], bytes);
      InputStream content = new ByteArrayInputStream(new byte[bytes]);
      assertNotLeading(() -> fetched.put(entry, content));
    }

    assertEquals(1, fetched.list().size());
    assertEquals("2", server.sql(url, "SELECT count(*) FROM directord.fetched_parts"));
    server.sql(url, "UPDATE directord.format SET epoch = epoch - 1");
    assertEquals(1, fetched.list().size());
    assertEquals("1", server.sql(url, "SELECT count(*) FROM directord.fetched_parts"));
  }

  private static void assertNotLeading(Executable work) {
    StoreException refused = assertThrows(StoreException.class, work);
    assertTrue(refused.getMessage().contains("does not lead"), refused::getMessage);
  }

  private byte[] read(String sha256) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    contents.read(sha256, out);
    return out.toByteArray();
  }
}
