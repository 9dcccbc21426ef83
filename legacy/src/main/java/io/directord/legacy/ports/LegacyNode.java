package io.directord.legacy.ports;

import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.Control;
import io.directord.common.wire.ServerMessage;
import io.directord.server.link.zeromq.ZeroMqAddress;
import io.directord.server.time.Attention;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The state of a client of the original: its connection, its heartbeat, and, in {@link LegacyWork},
 * its jobs. Outlives connections. Belongs to the job socket's thread.
 *
 * <p>Its messages are handled only after the dispatcher has welcomed it, since an impostor may use
 * its name; until then they are queued.
 */
final class LegacyNode {
  /** Maximum messages queued before the welcome. */
  private static final int MAX_HELD = 2000;

  private static final long MAX_HELD_BYTES = 8L << 20;

  private final String identity;
  private final Outlet outlet;
  private final Attention time;
  private final LegacyWork work;
  private final Deque<LegacyMessage> held = new ArrayDeque<>();
  private long heldBytes;
  private ZeroMqAddress peer;
  private boolean welcome;
  private boolean known;
  private LegacyHeartbeat beat;
  private Duration interval = Duration.ofSeconds(10);
  private Moment saidAt;

  LegacyNode(String identity, LegacyContents contents, Outlet outlet, Attention time) {
    this.identity = identity;
    this.outlet = outlet;
    this.time = time;
    this.work = new LegacyWork(identity, contents, outlet, time);
  }

  /** The connection, or null. */
  ZeroMqAddress peer() {
    return peer;
  }

  /** Whether the dispatcher has never welcomed it: nothing is lost by forgetting it. */
  boolean isStranger() {
    return !known;
  }

  /** The client has connected. */
  void connected(ZeroMqAddress to) {
    leave(null);
    peer = to;
  }

  /**
   * The connection is lost.
   *
   * @param breach why it was ended from this side, or null
   */
  void gone(String breach) {
    leave(breach);
    peer = null;
  }

  private void leave(String breach) {
    work.disconnected(welcome ? breach : null);
    welcome = false;
    forgetHeld();
  }

  private void forgetHeld() {
    held.clear();
    heldBytes = 0;
  }

  /** A message of the client has arrived. */
  void heard(LegacyMessage message) throws BadMessageException {
    if (message.control() == Control.HEARTBEAT) {
      beat = LegacyHeartbeat.of(identity, message, beat, time.now());
      sayThatItLives();
    } else if (welcome) {
      work.heard(message);
    } else if (held.size() < MAX_HELD && heldBytes + message.bytes() < MAX_HELD_BYTES) {
      held.add(message);
      heldBytes += message.bytes();
    } else {
      outlet.warn(identity, "says more than is kept before it has said who it is");
    }
  }

  private void sayThatItLives() {
    saidAt = time.now();
    outlet.tell(peer, beat.toOurs(saidAt));
  }

  /**
   * A message of the dispatcher for this client.
   *
   * @param again whether it is a redelivery
   */
  void told(ServerMessage message, boolean again) {
    if (message instanceof ServerMessage.Welcome welcomed) {
      welcome = true;
      known = true;
      interval = welcomed.heartbeatInterval();
      work.connected(peer, beat.session());
      work.sayWhatItHas();
    } else if (message instanceof ServerMessage.WhoAreYou && beat != null) {
      welcome = false;
      sayThatItLives();
    } else if (message instanceof ServerMessage.Refused) {
      welcome = false;
      forgetHeld();
    } else if (welcome) {
      toldOfJobs(message, again);
    }
    // Messages about jobs from before the welcome are repeated after it.
  }

  private void toldOfJobs(ServerMessage message, boolean again) {
    if (message instanceof ServerMessage.Run run) {
      work.run(run.job(), again);
    } else if (message instanceof ServerMessage.Resume resume) {
      work.resume(resume.jobId(), resume.success() ? null : resume.info());
    } else if (message instanceof ServerMessage.Cancel cancel) {
      cancel.jobs().forEach(work::cancel);
    } else if (message instanceof ServerMessage.Drop drop) {
      drop.jobIds().forEach(work::drop);
    } else if (!isSilent(message)) {
      outlet.warn(
          identity,
          "is not told what it has no word for: a message of the kind "
              + message.getClass().getSimpleName());
    }
  }

  /**
   * Not sent: such a client forgets its results at once, asks for no room and whether it may join,
   * and has not the capability to explain how a job stands.
   */
  private static boolean isSilent(ServerMessage message) {
    return message instanceof ServerMessage.Durable
        || message instanceof ServerMessage.Noted
        || message instanceof ServerMessage.Heard
        || message instanceof ServerMessage.RoomGranted
        || message instanceof ServerMessage.Verdict
        || message instanceof ServerMessage.Explain
        || message instanceof ServerMessage.WhoAreYou;
  }

  /** The dispatcher has sent everything that it had. */
  void catchUp() {
    while (welcome && !held.isEmpty()) {
      LegacyMessage message = held.remove();
      heldBytes -= message.bytes();
      work.heard(message);
    }
  }

  /** Must be called about once a second. */
  void tick() {
    Moment now = time.now();
    boolean lives = welcome && peer != null && !beat.isOld(now);
    if (lives && now.since(saidAt).compareTo(interval.dividedBy(2)) > 0) {
      sayThatItLives();
    }
    if (welcome) {
      work.giveUpSilent();
    }
  }
}
