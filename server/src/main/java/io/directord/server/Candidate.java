package io.directord.server;

import io.directord.common.api.Leadership;
import io.directord.common.config.Product;
import io.directord.common.config.Settings;
import io.directord.common.loop.Loop;
import io.directord.common.loop.LoopThread;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.Counted;
import io.directord.common.validation.WrongSettingException;
import io.directord.server.access.Access;
import io.directord.server.api.ApiConfig;
import io.directord.server.api.ApiServer;
import io.directord.server.api.ServerRole;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.store.Election;
import io.directord.server.store.StoreException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A server that shares its database with others: leads, or stands by until it can. Its thread
 * campaigns while another server leads, and steps down when this one does not lead any more.
 */
final class Candidate implements Loop {
  private static final System.Logger LOG = System.getLogger(Candidate.class.getName());

  /** At the start, while the lease is that of a process of this server. */
  private static final int TRIES_AGAINST_ITSELF = 10;

  private static final long PAUSE_AGAINST_ITSELF_MILLIS = 200;

  /**
   * Timeout of the threads of a leader that steps down. The system may take most of it to give up
   * the name of a database.
   */
  private static final Duration ENDING = Duration.ofSeconds(60);

  private final Settings settings;
  private final Access access;
  private final Hooks hooks;
  private final Election election;
  private final Election.LeaseTimes times;
  private final Crew crew;

  /** Null while this server leads. */
  private ApiServer standby;

  private volatile LeadingServer leading;
  private volatile LeaseKeeper keeper;
  private volatile LoopThread lease;
  private Election.Term term;
  private volatile String trouble;
  private String leader;

  /** After it failed to lead, the others come first. */
  private long campaignsAt = System.nanoTime();

  private boolean stopped;
  private volatile long turns;

  Candidate(
      Settings settings,
      Access access,
      Hooks hooks,
      Election election,
      Election.LeaseTimes times,
      Crew crew) {
    this.hooks = hooks;
    this.settings = settings;
    this.access = access;
    this.election = election;
    this.times = times;
    this.crew = crew;
  }

  /** Leads, or stands by if another server leads. Called before the thread is started. */
  void begin() throws IOException {
    boolean leads = campaign();
    // What a process of this server left behind that has just ended may be known for a moment.
    for (int i = 0; i < TRIES_AGAINST_ITSELF && !leads && election.isOwnTerm(); i++) {
      pauseBriefly();
      leads = campaign();
    }
    if (!leads) {
      // A key that is made here would lock out the nodes, which have the leader's.
      Admittance.of(settings, true);
      standBy();
    }
  }

  private static void pauseBriefly() {
    try {
      Thread.sleep(PAUSE_AGAINST_ITSELF_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Null while this server stands by. */
  LeadingServer leading() {
    return leading;
  }

  /** Counts on as long as it does what it should. */
  long turns() {
    LeadingServer current = leading;
    LoopThread renewals = lease;
    if (current != null) {
      return current.turns();
    }
    // While the store is being read, before it leads, only the lease is renewed.
    return turns + (renewals == null ? 0 : renewals.turns());
  }

  @Override
  public boolean turn() throws InterruptedException {
    turns++;
    if (leading != null) {
      String why = keeper.awaitLoss(times.renewal());
      if (why != null) {
        stepDown(why);
      }
    } else if (pause() && System.nanoTime() - campaignsAt >= 0) {
      tryToLead();
    }
    return !isStopped();
  }

  private void tryToLead() {
    try {
      campaign();
      trouble = null;
      sayWhoLeads();
    } catch (IOException | StoreException e) {
      String why = e instanceof WrongSettingException wrong ? settings.located(wrong) : say(e);
      if (!why.equals(trouble)) {
        LOG.log(Level.ERROR, "this server stands by, and cannot lead: {0}; trying on", why);
        trouble = why;
      }
      ensureStandby();
    }
  }

  private static String say(Exception e) {
    return e instanceof IOException io ? IoErrors.sayWhere(io) : e.getMessage();
  }

  /** Whether this server leads now. */
  private boolean campaign() throws IOException {
    long before = System.nanoTime();
    term = election.campaign();
    if (term == null) {
      return false;
    }
    LOG.log(Level.INFO, "this server leads, epoch {0}", String.valueOf(term.epoch()));
    keeper = new LeaseKeeper(election, term, times, System::nanoTime, before);
    lease = LoopThread.start("lease", keeper, crew::died);
    boolean leads = false;
    try {
      leading =
          LeadingServer.start(
              settings,
              access,
              hooks,
              term.store(),
              new LeadingServer.SharedWithOthers(term.contents(), term.fetched()),
              crew,
              keeper,
              this::endStandby);
      // They may have been read anew meanwhile.
      leading.replaceHooks();
      leads = true;
      return true;
    } finally {
      if (!leads) {
        campaignsAt = System.nanoTime() + times.length().toNanos();
        resign();
      }
    }
  }

  private void resign() {
    lease.close();
    lease = null;
    try {
      term.resign();
    } catch (StoreException e) {
      LOG.log(
          Level.WARNING,
          "another server can take over only in {0} s: {1}",
          times.length().toSeconds(),
          e.getMessage());
    }
  }

  private void standBy() throws IOException {
    removeSecrets();
    ApiConfig config =
        LeadingServer.apiConfig(
            settings,
            access,
            hooks,
            Clock.systemUTC(),
            MemoryBudget.ofThisProcess(),
            new ServerRole(Product.version(), this::seen, this::trouble));
    standby = ApiServer.standby(config, election.shared());
    sayWhoLeads();
  }

  private void removeSecrets() {
    try {
      int removed = LeadingServer.removeCopiesOfSecrets(settings);
      if (removed > 0) {
        LOG.log(
            Level.INFO,
            "removed the copies of {0}, which the database has",
            Counted.of(removed, "secret"));
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "copies of secrets cannot be removed: {0}", IoErrors.sayWhere(e));
    }
  }

  /** Null if there is none. */
  private String trouble() {
    String why = trouble;
    return why == null ? null : "it stands by, and could not lead: " + why;
  }

  /** What was seen last may be its own lease, from before it stepped down without the database. */
  private Leadership seen() {
    Leadership last = election.seen();
    return last.leads() ? new Leadership(false, null, last.epoch(), null, last.standbys()) : last;
  }

  private void sayWhoLeads() {
    if (leading != null) {
      leader = null;
      return;
    }
    String known = seen().leader();
    String now = known == null ? "no server" : known;
    if (!now.equals(leader)) {
      LOG.log(Level.INFO, "this server stands by: {0} leads", now);
      leader = now;
    }
  }

  /** Its API may have been closed in an attempt to lead. */
  private void ensureStandby() {
    if (standby == null) {
      try {
        standBy();
      } catch (IOException e) {
        LOG.log(Level.ERROR, "the API cannot be opened: {0}", IoErrors.sayWhere(e));
      }
    }
  }

  private void endStandby() throws IOException {
    if (standby != null) {
      standby.close();
      standby = null;
    }
  }

  private void stepDown(String why) throws InterruptedException {
    LOG.log(Level.ERROR, "this server does not lead any more: {0}", why);
    LeadingServer former = leading;
    leading = null;
    former.close();
    lease.close();
    lease = null;
    if (!crew.endsWithin(ENDING)) {
      crew.died(
          "leadership",
          new IllegalStateException(
              "it does not lead any more, and could not end all that it did as the leader"));
      stop();
      return;
    }
    ensureStandby();
  }

  private synchronized boolean pause() throws InterruptedException {
    if (!stopped) {
      TimeUnit.MILLISECONDS.timedWait(this, Math.max(1, times.renewal().toMillis() / 2));
    }
    return !stopped;
  }

  private synchronized boolean isStopped() {
    return stopped;
  }

  @Override
  public void stop() {
    synchronized (this) {
      stopped = true;
      notifyAll();
    }
    LeaseKeeper current = keeper;
    if (current != null) {
      current.wake();
    }
  }

  /** An orderly stop gives up the lease at once, so that another server can lead. */
  @Override
  public void end() {
    if (leading != null) {
      leading.close();
      resign();
    }
    try {
      endStandby();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "while ending: {0}", IoErrors.sayWhere(e));
    }
    election.close();
  }
}
