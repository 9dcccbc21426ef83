package io.directord.client.link;

import io.directord.client.journal.Journal;
import io.directord.client.lane.Lanes;
import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.Counted;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.Frames;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerCodec;
import io.directord.common.wire.ServerMessage;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Handles messages of the server. Jobs are collected until no more have arrived, so that the
 * journal is synced once for all of them. Belongs to the link's thread.
 */
final class ServerInbox {
  private static final Logger LOG = System.getLogger(ServerInbox.class.getName());
  private static final String UNREADABLE = "unreadable messages";
  private static final Outcome.Failed CANCELLED =
      new Outcome.Failed(Outcome.Reason.CANCELLED, "cancelled before it reached the node");
  private static final Outcome.Failed DONE_BEFORE =
      new Outcome.Failed(
          Outcome.Reason.RESULT_LOST,
          "this node ran that job before and gave its result, which the server no longer has: whether"
              + " it was a success is not known, and it is not run again");

  private final Journal journal;
  private final Lanes lanes;
  private final NodeOutbox outbox;
  private final Heartbeats heartbeats;
  private final Notices notices;
  private final ContentFetcher content;
  private final Link.Listener listener;
  private final InstantSource clock;
  private final List<Journal.Received> group = new ArrayList<>();
  private long bad;

  ServerInbox(
      Journal journal,
      Lanes lanes,
      NodeOutbox outbox,
      Heartbeats heartbeats,
      Notices notices,
      ContentFetcher content,
      Link.Listener listener,
      InstantSource clock) {
    this.listener = listener;
    this.journal = journal;
    this.lanes = lanes;
    this.outbox = outbox;
    this.heartbeats = heartbeats;
    this.notices = notices;
    this.content = content;
    this.clock = clock;
  }

  /** Handles one message. */
  void accept(List<byte[]> raw) {
    try {
      Frames frames = Frames.of(raw);
      ServerMessage message = ServerCodec.decode(frames);
      if (message instanceof ServerMessage.Run run && run.job().isDryRun()) {
        preview(run);
      } else if (message instanceof ServerMessage.Run run) {
        group.add(new Journal.Received(run, frames.data()));
      } else {
        // Earlier jobs must be accepted first, for example those that this message cancels.
        takeGroup();
        handle(message);
      }
    } catch (BadMessageException e) {
      bad++;
      notices.warn(
          UNREADABLE,
          "the server sent what this client cannot read ("
              + bad
              + " messages so far; other versions?): "
              + e.getMessage());
    }
  }

  /** Accepts the jobs collected so far, and runs them. */
  void takeGroup() {
    if (group.isEmpty()) {
      return;
    }
    try {
      Journal.Taking taking = journal.take(group);
      if (!taking.run().isEmpty()) {
        outbox.taken();
      }
      lanes.add(taking.run());
      outbox.resend(taking.answer());
      for (UUID job : taking.forgotten()) {
        LOG.log(Level.WARNING, "job {0} came again after the server had confirmed its result", job);
        // Whether it had failed is not known, so it holds up no later job.
        answer(job, job, DONE_BEFORE);
      }
    } catch (IOException e) {
      refuseGroup(e);
    } finally {
      group.clear();
    }
  }

  /** Nothing of it is written down. */
  private void preview(ServerMessage.Run run) {
    if (journal.preview(run.job())) {
      lanes.add(List.of(run));
    } else {
      outbox.resend(List.of(run.job().id()));
    }
  }

  private void handle(ServerMessage message) throws BadMessageException {
    if (message instanceof ServerMessage.Durable durable) {
      journal.durable(durable.jobIds());
      outbox.durable(durable.jobIds());
    } else if (message instanceof ServerMessage.Cancel cancel) {
      cancel(cancel.jobs());
    } else if (message instanceof ServerMessage.Drop drop) {
      drop(drop);
    } else if (message instanceof ServerMessage.Noted noted) {
      outbox.noted(noted.jobId());
    } else if (message instanceof ServerMessage.RoomGranted granted) {
      outbox.granted(granted.bytes());
    } else if (message instanceof ServerMessage.Resume resume) {
      lanes.resume(resume);
    } else if (message instanceof ServerMessage.Welcome welcome) {
      if (!heartbeats.isWelcome()) {
        notices.info("connected to the server, version " + welcome.version());
      }
      content.port(welcome.contentPort());
      listener.welcomed(welcome.joinKeys());
      heartbeats.welcome(welcome.heartbeatInterval());
      outbox.connected();
    } else if (message instanceof ServerMessage.Explain explain) {
      outbox.explained(explain.jobId(), explain.number(), standing(explain.jobId()));
    } else if (message instanceof ServerMessage.Heard heard) {
      heartbeats.heard(heard.agentUptime());
    } else if (message instanceof ServerMessage.WhoAreYou) {
      heartbeats.unknown();
    } else if (message instanceof ServerMessage.Refused refused) {
      heartbeats.refused();
      notices.warn("the server refuses this node: " + refused.reason());
    } else {
      throw new BadMessageException(
          "nothing is done about a message of the kind " + message.getClass().getSimpleName());
    }
  }

  /** How a job stands here, in words that follow the node's name. */
  private String standing(UUID job) {
    String standing = lanes.explain(job);
    if (standing != null) {
      return standing + content.progress(job);
    }
    if (!journal.knows(job)) {
      return "is not there; what the server sent may still be on the way";
    }
    return outbox.waitsForRoom(job)
        ? "has ended there; its result is large, and waits until the server has memory for it"
        : "has ended there; its result is on the way to the server";
  }

  private void cancel(Map<UUID, UUID> jobs) {
    jobs.keySet().forEach(job -> LOG.log(Level.INFO, "job {0}: the server cancels it", job));
    for (UUID job : lanes.cancel(jobs.keySet())) {
      if (journal.knows(job)) {
        // It ended before it could be cancelled.
        outbox.resend(List.of(job));
      } else {
        answer(job, jobs.get(job), CANCELLED);
      }
    }
  }

  private void drop(ServerMessage.Drop drop) {
    drop.jobIds()
        .forEach(
            job ->
                LOG.log(
                    Level.INFO,
                    "job {0}: the server counts it as ended, so it does not begin",
                    job));
    lanes.drop(drop.jobIds());
    content.gone(drop.gone());
    // Last, since it allows the others to begin.
    outbox.holdingAnswered(drop.number());
  }

  /** The journal has failed, for example because the disk is full: none of the jobs may run. */
  private void refuseGroup(IOException e) {
    LOG.log(Level.ERROR, "refused {0}: {1}", Counted.of(group.size(), "job"), IoErrors.sayWhere(e));
    Outcome.Failed refused =
        new Outcome.Failed(
            Outcome.Reason.REFUSED,
            "this node cannot note jobs in its journal: " + IoErrors.sayWhere(e));
    for (Journal.Received received : group) {
      Job job = received.job();
      if (!journal.knows(job.id())) {
        lanes.refuse(job, refused);
      }
    }
    heartbeats.refusing();
  }

  private void answer(UUID job, UUID parent, Outcome outcome) {
    NodeResult result = NodeResult.withoutRun(job, outcome, clock.instant());
    List<byte[]> frames = NodeCodec.encode(new NodeMessage.Ended(null, result)).toBytes();
    journal.ended(job, parent, true, frames);
    outbox.ended(job, frames);
  }
}
