package io.directord.server.dispatch;

import io.directord.server.link.Refusals;

/** Performs the effects of the core. Belongs to the dispatcher's thread, and never blocks. */
final class Performer {
  private final Outbox outbox;
  private final Contents contents;
  private final Refusals refusals;
  private final Reader reader;
  private final Followers followers = new Followers();

  Performer(Outbox outbox, Contents contents, Refusals refusals, Reader reader) {
    this.outbox = outbox;
    this.contents = contents;
    this.refusals = refusals;
    this.reader = reader;
  }

  void perform(Effect effect) {
    if (effect instanceof Effect.Send send) {
      outbox.send(send.message());
    } else if (effect instanceof Effect.Tell tell) {
      followers.tell(tell.parent(), tell.detail(), tell.event());
    } else if (effect instanceof Effect.TellNode tell) {
      followers.tellNode(tell.node());
    } else if (effect instanceof Effect.Reply<?> reply) {
      complete(reply);
    } else if (effect instanceof Effect.Refuse refuse) {
      refuse.to().completeExceptionally(refuse.why());
    } else if (effect instanceof Effect.Ask<?> ask) {
      ask(ask);
    } else if (effect instanceof Effect.Read read) {
      reader.read(read);
    } else if (effect instanceof Effect.Open open) {
      contents.open(open.job(), open.deliveries());
    } else if (effect instanceof Effect.Close close) {
      contents.close(close.job());
    } else if (effect instanceof Effect.TakeFiles take) {
      contents.takeFiles(take.job(), take.node(), take.owner(), take.upload());
    } else if (effect instanceof Effect.EndFiles end) {
      contents.endFiles(end.job(), end.node());
    } else if (effect instanceof Effect.Follow follow) {
      follow(follow);
    } else if (effect instanceof Effect.Unfollow unfollow) {
      followers.remove(unfollow.follower());
    } else if (effect instanceof Effect.NoteRefusal note) {
      refusals.add(note.identity(), note.address(), note.reason());
    } else if (effect instanceof Effect.NoteJoined note) {
      refusals.joined(note.identity(), note.address());
    } else if (effect instanceof Effect.EndPeer end) {
      end.peer().endSoon(end.why());
    } else {
      throw new IllegalArgumentException("an effect that is not known: " + effect);
    }
  }

  private static <T> void complete(Effect.Reply<T> reply) {
    reply.to().complete(reply.value());
  }

  private <T> void ask(Effect.Ask<T> ask) {
    reader.ask(ask.question(), ask.to());
  }

  private void follow(Effect.Follow follow) {
    followers.add(follow.follower());
    if (!follow.snapshot().isEmpty()) {
      followers.catchUp(follow.follower());
      reader.catchUp(follow.follower(), follow.snapshot());
    }
  }

  /** A part of a follower's snapshot was read. */
  void caughtUp(Input.CaughtUp part) {
    Follower follower = part.follower();
    part.events().forEach(follower::send);
    if (part.snapshot() == null || follower.hasFailed()) {
      follower.caughtUp();
    } else if (followers.contains(follower)) {
      reader.catchUp(follower, part.snapshot());
    }
  }
}
