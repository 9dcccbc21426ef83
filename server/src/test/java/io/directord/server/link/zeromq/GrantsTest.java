package io.directord.server.link.zeromq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.link.Credential;
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
    grants.wanted(a, connections.get(0), 0);
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
  void whoWantsMoreThanAnyMessageMayHaveIsDisconnected() {
    wants("a", Integer.MAX_VALUE);
    wants("b", -1);
    grant();
    assertEquals(2, ended.size());
    assertEquals(List.of(), told);
  }

  private final List<InboundConnection> connections = new ArrayList<>();

  private ZeroMqAddress wants(String name, long bytes) {
    InboundConnection connection = inbound.open();
    connections.add(connection);
    ZeroMqAddress peer =
        new ZeroMqAddress(null, name.getBytes(), new Credential.None(), name, connection);
    grants.wanted(peer, connection, bytes);
    return peer;
  }

  private void grant() {
    grants.grant((peer, bytes) -> told.add(peer.host()));
  }
}
