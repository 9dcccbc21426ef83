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
 * A client of the original as it stands: its connection, who it says it is, and, in {@link
 * LegacyWork}, its jobs. Outlives connections. Belongs to the job socket's thread.
 *
 * <p>What it says is believed only once the dispatcher has welcomed it, since an impostor may say
 * anything under its name; until then it is kept.
 */
final class LegacyNode {
  /** Kept of what a client says before it is welcomed. */
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
    peer = to;
    leave();
  }

  /** The connection is lost. */
  void gone() {
    peer = null;
    leave();
  }

  private void leave() {
    welcome = false;
    work.disconnected();
    forgetHeld();
  }

  private void forgetHeld() {
    held.clear();
    heldBytes = 0;
  }

  /** The client has said something. */
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
   * The dispatcher has said something.
   *
   * @param again whether it may have said so before
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
    // What is said of jobs before the welcome is said again after it.
  }

  private void toldOfJobs(ServerMessage message, boolean again) {
    if (message instanceof ServerMessage.Run run) {
      work.run(run.job(), again);
    } else if (message instanceof ServerMessage.Resume resume) {
      work.resume(resume.jobId(), resume.success() ? null : resume.info());
    } else if (message instanceof ServerMessage.Cancel cancel) {
      cancel.jobIds().forEach(work::cancel);
    } else if (message instanceof ServerMessage.Drop drop) {
      drop.jobIds().forEach(work::drop);
    } else if (!isSilent(message)) {
      outlet.warn(
          identity,
          "is not told what it has no word for: a message of the kind "
              + message.getClass().getSimpleName());
    }
  }

  /** Such a client forgets its results at once, asks for no room, and is sent no such answers. */
  private static boolean isSilent(ServerMessage message) {
    return message instanceof ServerMessage.Safe
        || message instanceof ServerMessage.Noted
        || message instanceof ServerMessage.Heard
        || message instanceof ServerMessage.RoomGranted
        || message instanceof ServerMessage.WhoAreYou;
  }

  /** All that the dispatcher had to say at once is said. */
  void catchUp() {
    while (welcome && !held.isEmpty()) {
      LegacyMessage message = held.remove();
      heldBytes -= message.bytes();
      work.heard(message);
    }
  }

  /** To be called about every second. */
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
