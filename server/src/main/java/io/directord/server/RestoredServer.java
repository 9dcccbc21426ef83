package io.directord.server;

import io.directord.common.config.Settings;
import io.directord.common.loop.LoopThread;
import io.directord.common.security.PrivateFiles;
import io.directord.common.security.Sealing;
import io.directord.common.storage.DurableFiles;
import io.directord.common.validation.Counted;
import io.directord.common.validation.WrongSettingException;
import io.directord.server.audit.AuditEntry;
import io.directord.server.audit.AuditLimits;
import io.directord.server.audit.AuditLog;
import io.directord.server.backup.Restoration;
import io.directord.server.content.ContentCopies;
import io.directord.server.content.ContentStore;
import io.directord.server.content.Trees;
import io.directord.server.store.ContentArchive;
import io.directord.server.store.Election;
import io.directord.server.store.JobStore;
import io.directord.server.store.ReadConnections;
import io.directord.server.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the store of a server from a backup, before the server is started. A store that has
 * anything is not touched. As long as it is not whole, a mark keeps servers from starting: in a
 * database that servers share, or else a file in the state directory.
 */
public final class RestoredServer {
  private static final String MARK = "restoring";
  private static final int OK = 200;

  /** Jobs that are named. */
  private static final int MAX_NAMED = 20;

  private final Settings settings;
  private final Path file;
  private final Path directory;
  private final Restoration backup;
  private Admittance admittance;

  private RestoredServer(Settings settings, Path file) {
    this.settings = settings;
    this.file = file;
    this.directory = settings.get(Settings.STATE_PATH);
    this.backup = new Restoration(file);
  }

  /**
   * Restores a backup.
   *
   * @return what was done, lines for people
   * @throws CannotStartException if it cannot be; says what to do
   */
  public static List<String> restore(Settings settings, Path file) throws CannotStartException {
    RestoredServer restored = new RestoredServer(settings, file);
    StateDirectory claimed = StateDirectory.claim(restored.directory);
    try {
      return restored.run();
    } catch (WrongSettingException e) {
      throw new CannotStartException(settings.located(e), e);
    } catch (IOException | StoreException e) {
      throw new CannotStartException(e);
    } finally {
      // Ends with the process in any case.
      ReadConnections.close(claimed);
    }
  }

  /** Keeps a server from starting with a part of a backup. */
  static void requireNone(Path directory) throws CannotStartException {
    Path mark = directory.resolve(MARK);
    if (Files.exists(mark)) {
      throw new CannotStartException(
          "a restore was broken off, so that the store has a part of the backup only: empty the"
              + " datastore (for the file store, move away server.store, server.redo* and content/"
              + " in "
              + directory
              + "), remove "
              + mark
              + " and restore again");
    }
  }

  private List<String> run() throws IOException, CannotStartException {
    requireNone(directory);
    if (settings.get(Settings.DATASTORE).equals(Stores.MEMORY)) {
      throw new CannotStartException(
          "datastore is memory, which keeps nothing: give the one that the server is to use");
    }
    backup.verify((sha256, bytes) -> check(bytes, sha256));
    admittance = Admittance.of(settings, backup.counts().nodes() > 0);
    AuditLog audit =
        AuditLog.open(
            directory.resolve(Server.AUDIT_DIRECTORY),
            AuditLimits.of(settings),
            Clock.systemUTC(),
            (name, why) -> {});
    try {
      List<String> lines = Stores.isShared(settings) ? intoShared() : intoOwn();
      String what = "backup " + file + ", begun at " + backup.origin().begunAt();
      var about = new AuditEntry.Subject(List.of(), List.of(), 0, "", 0, what, null);
      audit
          .record(
              new AuditEntry(
                  System.getProperty("user.name"), "restore", "restore", true, OK, about))
          .join();
      return lines;
    } finally {
      audit.close();
    }
  }

  /** Their jobs could not run. */
  private void check(byte[] bytes, String sha256) throws IOException {
    if (admittance == null) {
      admittance = Admittance.of(settings, true);
    }
    try {
      byte[] key = admittance.keepingKey();
      if (key != null) {
        Sealing.openKept(key, sha256, bytes);
        return;
      }
    } catch (GeneralSecurityException e) {
      // Said below.
    }
    throw new IOException(
        file
            + " has secrets that were kept by a server with another key: give the shared key (or"
            + " key files) that it had");
  }

  private List<String> intoOwn() throws IOException, CannotStartException {
    try (JobStore store = Stores.open(settings)) {
      requireEmpty(store);
      Path mark = directory.resolve(MARK);
      PrivateFiles.create(mark, file.toString().getBytes(StandardCharsets.UTF_8));
      Restoration.GoesOn goesOn = into(store, null);
      Files.delete(mark);
      DurableFiles.syncDirectory(directory);
      return told(store, goesOn);
    }
  }

  private List<String> intoShared() throws IOException, CannotStartException {
    try (Election election = Stores.election(settings, Election.LeaseTimes.DEFAULT)) {
      long before = System.nanoTime();
      Election.Term term = election.campaign();
      if (term == null || !election.seen().standbys().isEmpty()) {
        if (term != null) {
          term.resign();
        }
        throw new CannotStartException(
            "other servers use "
                + election.location()
                + ": stop all of them, wait for half a minute, and restore again");
      }
      LeaseKeeper keeper =
          new LeaseKeeper(election, term, Election.LeaseTimes.DEFAULT, System::nanoTime, before);
      LoopThread lease = LoopThread.start("lease", keeper, (name, why) -> term.abandon());
      try (JobStore store = term.store()) {
        requireEmpty(store);
        term.beginRestore(file + " on " + HostName.get() + " at " + Instant.now());
        Restoration.GoesOn goesOn = into(store, term.contents());
        term.endRestore();
        return told(store, goesOn);
      } finally {
        lease.close();
        term.resign();
      }
    }
  }

  private Restoration.GoesOn into(JobStore store, ContentArchive archive) throws IOException {
    ContentStore contents =
        ContentStore.open(
            directory.resolve(LeadingServer.CONTENT_DIRECTORY),
            admittance.keepingKey(),
            List.of(),
            archive);
    return backup.into(store, new ContentCopies(contents, new Trees(contents)), Instant.now());
  }

  static void requireEmpty(JobStore store) throws CannotStartException {
    List<String> has = new ArrayList<>();
    add(has, store.nodes().size(), "node");
    add(has, store.unended().size() + store.endedJobs(), "job");
    add(has, store.schedules().size(), "schedule");
    add(has, store.tokens().size(), "token");
    add(has, store.joinTokens().size(), "join token");
    if (!has.isEmpty()) {
      throw new CannotStartException(
          "the store "
              + store.location()
              + " has "
              + String.join(", ", has)
              + ", and a backup is restored into an empty one only: move it away, or give another"
              + " --datastore or --state-path; nothing was changed");
    }
  }

  private static void add(List<String> has, int count, String what) {
    if (count > 0) {
      has.add(Counted.of(count, what));
    }
  }

  private List<String> told(JobStore store, Restoration.GoesOn goesOn) {
    List<String> lines = new ArrayList<>();
    Instant begun = backup.origin().begunAt();
    lines.add(
        "restored into "
            + store.location()
            + ": "
            + summary()
            + ", as they were in "
            + backup.origin().store()
            + " at "
            + begun);
    lines.add(
        "What happened after that is not known to the server any more: nodes finish what they have"
            + " begun since, and the server's log counts it. What was cancelled, paused, purged,"
            + " revoked or removed since then is as it was: look at manage --list-jobs, schedule"
            + " list and token list.");
    if (!goesOn.jobs().isEmpty()) {
      lines.add(
          Counted.of(goesOn.jobs().size(), "job")
              + " had not ended, and will go on when the server starts; a node that has run one"
              + " since says so, and does not run it again:");
      goesOn.jobs().stream()
          .limit(MAX_NAMED)
          .forEach(job -> lines.add("  " + job.job().id() + " " + job.job().verb()));
      if (goesOn.jobs().size() > MAX_NAMED) {
        lines.add("  and " + (goesOn.jobs().size() - MAX_NAMED) + " more");
      }
    }
    if (!goesOn.missed().isEmpty()) {
      lines.add(
          "What these schedules had to run since then counts as missed: "
              + String.join(", ", goesOn.missed()));
    }
    backup.counts().missing().forEach(one -> lines.add("missing in the backup: " + one));
    return lines;
  }

  private String summary() {
    var counts = backup.counts();
    return String.join(
        ", ",
        Counted.of(counts.jobs(), "job"),
        Counted.of(counts.nodes(), "node"),
        Counted.of(counts.schedules(), "schedule"),
        Counted.of(counts.tokens(), "token"),
        Counted.of(counts.contents(), "content"));
  }
}
