package io.directord.server.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.wire.NodeMessage.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FollowerTest {
  private static final EventFilter ALL = new EventFilter(Set.of(), Detail.OUTPUT);

  private final List<Event> heard = new ArrayList<>();
  private final Backlog backlog = new Backlog(100_000);

  @Test
  void whatWaitsForFollowersThatCatchUpIsBoundedForAllOfThemAndTheyAreTold() {
    Follower one = new Follower(ALL, heard::add);
    Follower other = new Follower(ALL, event -> {});
    one.catchUp(backlog);
    other.catchUp(backlog);
    other.tell(output(40_000));

    one.tell(output(1));
    one.tell(output(40_000));
    one.tell(output(2));
    one.caughtUp();

    assertEquals(List.of(output(1), output(2), new Event.Missed(1)), heard);
    one.tell(output(40_000));
    assertEquals(4, heard.size());
    other.removed();
    assertEquals(0, backlog.bytes());
  }

  private static Event output(int length) {
    UUID id = new UUID(0, 1);
    return new Event.JobOutput(id, id, "a", Stream.STDOUT, "x".repeat(length), null, 0);
  }
}
