package io.directord.server.dispatch;

import io.directord.common.api.Event;
import io.directord.common.fetch.FetchArrival;
import io.directord.server.access.Tokens;
import io.directord.server.link.Refusals;
import io.directord.server.metrics.Meters;
import io.directord.server.time.Moment;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Performs the effects of the core. Belongs to the dispatcher's thread, and never blocks. */
final class Performer {
  private final Outbox outbox;
  private final Contents contents;
  private final Refusals refusals;
  private final Reader reader;
  private final Meters meters;
  private final Tokens tokens;
  private final HookOutlet hooks;
  private final Consumer<Input> core;
  private final Followers followers = new Followers();
  private volatile TraceOutlet traces = TraceOutlet.NONE;

  /**
   * @param core receives, on any thread, what follows from effects
   */
  Performer(
      Outbox outbox,
      Contents contents,
      Refusals refusals,
      Reader reader,
      Meters meters,
      Tokens tokens,
      HookOutlet hooks,
      Consumer<Input> core) {
    this.hooks = hooks;
    this.core = core;
    this.meters = meters;
    this.tokens = tokens;
    this.outbox = outbox;
    this.contents = contents;
    this.refusals = refusals;
    this.reader = reader;
  }

  /** Sets who is told of what the store has. */
  void traces(TraceOutlet outlet) {
    traces = outlet;
  }

  void perform(Effect effect) {
    if (effect instanceof Effect.Send send) {
      outbox.send(send.message());
      if (send.waited() != null) {
        meters.sent(send.waited());
      }
    } else if (effect instanceof Effect.Tell tell) {
      followers.tell(tell.parent(), tell.detail(), tell.event());
      if (tell.event() instanceof Event.JobEnded ended) {
        meters.ended(ended.job());
        traces.ended(ended.job());
      }
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
    } else if (effect instanceof Effect.Prepare prepare) {
      reader.prepareRun(prepare.run());
    } else if (effect instanceof Effect.Open open) {
      contents.open(open.job(), open.deliveries());
    } else if (effect instanceof Effect.Close close) {
      contents.close(close.job());
    } else if (effect instanceof Effect.TakeFiles take) {
      String owner = tokens.holder(take.user(), take.since());
      contents.takeFiles(take.job(), take.node(), owner, take.upload());
    } else if (effect instanceof Effect.EndFiles end) {
      contents.endFiles(end.job(), end.node(), end.settled());
    } else if (effect instanceof Effect.ForgetFiles forget) {
      contents.forget(forget.jobs());
    } else if (effect instanceof Effect.AskArrival ask) {
      askArrival(ask);
    } else if (effect instanceof Effect.Follow follow) {
      follow(follow);
    } else if (effect instanceof Effect.Unfollow unfollow) {
      followers.remove(unfollow.follower());
    } else if (effect instanceof Effect.NoteRefusal note) {
      refusals.add(note.identity(), note.address(), note.reason());
    } else if (effect instanceof Effect.NoteJoined note) {
      refusals.joined(note.identity(), note.address());
    } else if (effect instanceof Effect.TellHook tell) {
      hooks.deliver(tell.event(), event -> core.accept(new Input.HookTold(event)));
    } else if (effect instanceof Effect.HookDropped dropped) {
      hooks.dropped(dropped.hook(), dropped.events());
    } else if (effect instanceof Effect.UseToken use) {
      tokens.put(use.token());
    } else if (effect instanceof Effect.DropToken drop) {
      tokens.drop(drop.name());
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

  private void askArrival(Effect.AskArrival ask) {
    CompletableFuture<FetchArrival> found = new CompletableFuture<>();
    // Fails only if the server ends: then the node gives the result again.
    found.thenAccept(arrival -> core.accept(new Input.Arrived(ask.judge(), arrival)));
    reader.prepare(store -> contents.arrival(ask.job(), ask.node()), found);
  }

  private void follow(Effect.Follow follow) {
    followers.add(follow.follower());
    if (!follow.snapshot().isEmpty()) {
      followers.catchUp(follow.follower());
      reader.catchUp(follow.follower(), follow.snapshot());
    }
  }

  /** The changes of that turn are committed. */
  void committed(Turn turn, Moment now) {
    if (!turn.changes().isEmpty()) {
      meters.committed(now.since(turn.now()));
    }
    for (Step step : turn.steps()) {
      if (step instanceof Step.Ended ended) {
        meters.result(ended.outcome());
        traces.result(ended.assignment().job().job(), ended.outcome());
      } else if (step instanceof Step.EndedLate ended) {
        meters.result(ended.outcome());
      } else if (step instanceof Step.Taken taken) {
        taken.jobs().forEach(job -> meters.submitted(job.job().verb()));
      }
    }
  }

  /** How many follow events; for any thread. */
  int followers() {
    return followers.count();
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
