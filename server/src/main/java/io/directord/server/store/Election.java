package io.directord.server.store;

import io.directord.common.api.Leadership;
import java.time.Duration;

/**
 * Which of the servers with one database leads. The leader has a lease, on the database's clock,
 * and an epoch, which counts the elections: a commit of an earlier epoch is refused by the database
 * in the same transaction. Thread-safe; methods block, and throw {@link StoreException} if the
 * database cannot be used.
 */
public interface Election extends AutoCloseable {

  /** For people: where the store is. */
  String location();

  /**
   * How long a leader that says nothing leads, and how often it renews that.
   *
   * @param length of the lease
   * @param renewal interval of renewals, and of campaigns of the others
   */
  record LeaseTimes(Duration length, Duration renewal) {
    public static final LeaseTimes DEFAULT =
        new LeaseTimes(Duration.ofSeconds(10), Duration.ofSeconds(2));
  }

  /**
   * Leads if nobody else does; else notes that this server stands by.
   *
   * @return null while another server leads
   * @throws StoreException also while the store has a part of a backup only, see {@link
   *     Term#beginRestore}
   */
  Term campaign();

  /**
   * Whether the last campaign has found the lease of a former process of this server, which leads
   * as soon as the database has noticed the end of that.
   */
  boolean isOwnTerm();

  /** The store, for reads alone, whoever leads; closed with this. */
  JobStore shared();

  /** As the last campaign or renewal has found it; null before. */
  Leadership seen();

  /** No longer stands by. */
  @Override
  void close();

  /** The time for which this server leads. */
  interface Term {
    /** Refuses commits when another server leads. */
    JobStore store();

    /** Has the contents that jobs deliver. */
    ContentArchive contents();

    /** Has what FETCH has brought. */
    FetchedArchive fetched();

    long epoch();

    /**
     * Renews the lease.
     *
     * @return null, or why this server does not lead any more
     */
    String renew();

    /**
     * Has whatever waits for the database fail at once, such as a commit that is under way, and all
     * that follows. Never blocks.
     */
    void abandon();

    /**
     * Marks the store as one that has a part of a backup only, so that no server leads with it,
     * whatever becomes of this one.
     *
     * @param what is restored, and where, for people
     */
    void beginRestore(String what);

    /** Takes the mark away. */
    void endRestore();

    /** Gives up the lease, when the store is closed. */
    void resign();
  }
}
