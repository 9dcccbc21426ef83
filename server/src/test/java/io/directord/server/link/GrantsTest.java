package io.directord.server.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.LogLines;
import io.directord.server.link.zeromq.ZeroMqAddress;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.memory.ResultMemory;
import io.directord.zeromq.Inbound;
import io.directord.zeromq.InboundConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import zmq.Msg;

class GrantsTest {
  private static final int MIB = 1 << 20;

  private final List<String> ended = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private final Inbound inbound =
      new Inbound(
          new Inbound.Limits(1 << 16, 1 << 16, 1000, 64 * MIB, 64 * MIB),
          (peer, why) -> ended.add(why));

  /** Of which results have 40 MiB, and large ones 30. */
  private final MemoryBudget budget = new MemoryBudget(200L * MIB);

  private final ResultMemory memory = new ResultMemory(budget);
  private long now;
  private final Grants grants = new Grants(memory, () -> now);

  @Test
  void grantsWhatThereIsMemoryForInTurn() {
    ZeroMqAddress a = wants("a", 2 * MIB);
    wants("b", 2 * MIB);
    ZeroMqAddress c = wants("c", 6 * MIB);
    wants("d", 2 * MIB);
    grant();
    assertEquals(List.of("a", "b"), told);
    assertTrue(grants.isWaiting());
    memory.release(grants.arrived(a));
    grant();
    assertEquals(List.of("a", "b"), told, "d does not overtake c");
    grants.gone(c);
    grant();
    assertEquals(List.of("a", "b", "d"), told);
    assertFalse(grants.isWaiting());
  }

  @Test
  void theLargestMessageGetsRoomInTheSmallestHeap() {
    ResultMemory small = new ResultMemory(new MemoryBudget(32L * MIB));
    long reserved = small.reserveLarge(8L * MIB);
    assertTrue(reserved > 0);
    assertEquals(0, small.reserveLarge(8L * MIB));
    assertTrue(small.hasRoom(), "small messages get through");
    small.release(reserved);
    assertTrue(small.reserveLarge(8L * MIB) > 0);
  }

  @Test
  void whoGoesGivesItsRoomBack() {
    ZeroMqAddress a = wants("a", 6 * MIB);
    grant();
    wants("b", 6 * MIB);
    grant();
    assertEquals(List.of("a"), told);
    grants.gone(a);
    grant();
    assertEquals(List.of("a", "b"), told);
  }

  @Test
  void roomThatIsGivenBackIsForOthers() {
    ZeroMqAddress a = wants("a", 6 * MIB);
    grant();
    grants.wanted(a, 0);
    wants("b", 6 * MIB);
    grant();
    assertEquals(List.of("a", "b"), told);
  }

  @Test
  void whoDoesNotUseItsRoomIsDisconnectedOnlyWhileOthersWait() {
    wants("a", 6 * MIB);
    grant();
    now += Duration.ofMinutes(1).toNanos();
    grant();
    assertEquals(List.of(), ended);
    wants("b", 6 * MIB);
    grant();
    grant();
    assertEquals(1, ended.size());
    assertEquals(List.of("a", "b"), told);
  }

  @Test
  void whoSendsSlowlyIsLeftAlone() {
    wants("a", 6 * MIB);
    grant();
    wants("b", 6 * MIB);
    Msg piece = new Msg(MIB);
    piece.setFlags(Msg.MORE);
    connections.get(0).admit(piece);
    now += Duration.ofSeconds(20).toNanos();
    grant();
    assertEquals(List.of(), ended);
  }

  @Test
  void allIdentitiesOfAKeyThatWastesRoomCountAsOneAndWaitBehindOthers() {
    List<ZeroMqAddress> hogs = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      hogs.add(wants("evil", "k", 6 * MIB));
    }
    grant();
    wants("a", 6 * MIB);
    assertEquals(List.of("evil"), told);

    passWithGrants(11);
    grant();

    assertEquals(List.of("evil", "a"), told, "after one time of grace");
    assertEquals(1, ended.size());
  }

  @Test
  void whoWastesRoomIsGrantedNoneForAWhileThatGrows() {
    for (int wasted = 1; wasted <= 3; wasted++) {
      ZeroMqAddress hog = wants("evil", "k", 6 * MIB);
      grant();
      assertEquals(List.of("evil"), told);
      ZeroMqAddress other = wants("a", 6 * MIB);
      while (ended.size() < wasted) {
        passWithGrants(1);
      }
      grant();
      memory.release(grants.arrived(other));
      grants.gone(hog);
      told.clear();

      ZeroMqAddress again = wants("evil", "k", 6 * MIB);
      passWithGrants((10 << (wasted - 1)) - 1);
      assertEquals(List.of(), told, "held back");
      grants.gone(again);
      now += Duration.ofSeconds(1).toNanos();
    }
  }

  @Test
  void anotherKeyOfTheSameAddressHasLessTimeToUseRoomWhileOthersWait() {
    wants("evil", "k", 6 * MIB);
    grant();
    wants("evil", "l", 6 * MIB);
    passWithGrants(12);
    assertEquals(List.of("evil", "evil"), told);
    wants("a", 6 * MIB);

    passWithGrants(6);
    grant();

    assertEquals(List.of("evil", "evil", "a"), told);
  }

  @Test
  void whoGoesAwayInTimeAndAsksAgainHasWastedItsRoomAsWell() {
    ZeroMqAddress hog = wants("evil", "k", 6 * MIB);
    grant();
    wants("a", 6 * MIB);
    now += Duration.ofSeconds(5).toNanos();
    grants.gone(hog);
    wants("evil", "k", 6 * MIB);
    passWithGrants(2);
    assertEquals(List.of("evil", "a"), told);
    grants.gone(peers.get(1));
    grant();
    assertEquals(List.of("evil", "a"), told, "held back");
  }

  @Test
  void whoWasGrantedRoomTheLongestAgoIsNext() {
    ZeroMqAddress first = wants("a", "k", 6 * MIB);
    grant();
    wants("a", "k", 6 * MIB);
    wants("b", "m", 6 * MIB);
    memory.release(grants.arrived(first));
    now++;
    grant();
    assertEquals(List.of("a", "b"), told);
  }

  @Test
  void resultsThatWaitForLongAreToldOnceAMinute() {
    try (LogLines log = new LogLines(Grants.class)) {
      long reserved = memory.reserveLarge(6 * MIB);
      wants("a", "k", 6 * MIB);
      wants("b", "m", 6 * MIB);
      passWithGrants(60);
      assertEquals(1, log.lines().size(), log.lines()::toString);
      assertTrue(
          log.lines().get(0).startsWith("large results of 2 nodes wait until there is memory for"));
      passWithGrants(60);
      assertEquals(2, log.lines().size(), log.lines()::toString);
      memory.release(reserved);
    }
  }

  private void passWithGrants(int seconds) {
    for (int i = 0; i < seconds; i++) {
      now += Duration.ofSeconds(1).toNanos();
      grant();
    }
  }

  @Test
  void whoWantsMoreThanAnyMessageMayHaveIsDisconnected() {
    wants("a", Integer.MAX_VALUE);
    wants("b", -1);
    grant();
    assertEquals(2, ended.size());
    assertEquals(List.of(), told);
  }

  private final List<InboundConnection> connections = new ArrayList<>();

  private final List<ZeroMqAddress> peers = new ArrayList<>();

  private ZeroMqAddress wants(String name, long bytes) {
    return wants(name, new Credential.None(), bytes);
  }

  private ZeroMqAddress wants(String host, String key, long bytes) {
    return wants(host, new Credential.NodeKey(key), bytes);
  }

  private ZeroMqAddress wants(String name, Credential credential, long bytes) {
    InboundConnection connection = inbound.open();
    connections.add(connection);
    ZeroMqAddress peer = new ZeroMqAddress(null, name.getBytes(), credential, name, connection);
    peers.add(peer);
    grants.wanted(peer, bytes);
    return peer;
  }

  private void grant() {
    grants.grant((peer, bytes) -> told.add(peer.host()));
  }
}
