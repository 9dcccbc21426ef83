package io.directord.server.link;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.config.InvalidSettingsException;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.job.Job;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.nats.FreePorts;
import io.directord.server.TestServer;
import io.directord.server.TestThreads;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.memory.ResultMemory;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link Transport} does. A node says heartbeats here, each with another machine, and is
 * sent jobs: both mean something to every transport.
 */
@Timeout(300)
public abstract class TransportContract {
  /** More than are received in one turn. */
  private static final int MANY = 700;

  /** More than any transport keeps for a node that does not read. */
  private static final int TOO_MANY = 12_000;

  private static final Duration SOON = Duration.ofSeconds(240);

  protected final ResultMemory memory = new ResultMemory(new MemoryBudget(16 << 20));
  private final List<Heard> heard = new CopyOnWriteArrayList<>();
  private final Set<Thread> tellers = new HashSet<>();
  private final TestThreads threads = new TestThreads();
  private final List<Peer> peers = new ArrayList<>();
  private final Map<Setting<?>, String> options = new HashMap<>();
  private Transport transport;
  private boolean started;

  /** A node at the other end. */
  public interface Peer extends AutoCloseable {

    /** Says a heartbeat that names this machine. */
    void say(String machine);

    /** The jobs that it was sent, in their order; it does what makes the next one come. */
    List<UUID> jobs();

    /** Hangs up. */
    @Override
    void close();
  }

  /** What the listener was told; the machine is null where a connection was lost. */
  private record Heard(NodeAddress from, String machine) {}

  /** The settings of the ports, each of which is given a free one. */
  protected abstract List<Setting<Integer>> ports();

  /** Other settings that it needs. */
  protected Map<Setting<?>, String> others() {
    return Map.of();
  }

  protected abstract Transport open(Settings settings, TransportProvider.Context context)
      throws IOException;

  /** A node that connects and may join. */
  protected abstract Peer connect(String identity, Settings settings);

  /** One that reads nothing of what it is sent, once it was welcomed. */
  protected abstract Peer connectWithoutReading(String identity, Settings settings);

  /** What such nodes prove. */
  protected abstract Class<? extends Credential> credential();

  @BeforeEach
  void choosePorts() throws IOException {
    for (Setting<Integer> port : ports()) {
      options.put(port, Integer.toString(FreePorts.next()));
    }
    options.putAll(others());
    transport = open(settings(), context());
  }

  @AfterEach
  void close() {
    peers.forEach(Peer::close);
    transport.close();
    assertEquals(List.of(), threads.deaths());
    assertEquals(List.of(), threads.running(), "threads of a transport that is closed");
  }

  @Test
  void whatANodeSaysIsPassedOnInItsOrder() {
    Peer node = joined("a");
    List<String> said = IntStream.range(0, MANY).mapToObj(i -> "machine " + i).toList();
    said.forEach(node::say);

    await().atMost(SOON).until(() -> heard.size() == MANY + 1);
    assertEquals(said, machines().subList(1, MANY + 1));
    assertEquals(1, heard.stream().map(Heard::from).distinct().count());
  }

  @Test
  void messagesReachANodeInTheOrderInWhichTheyWereSent() {
    Peer node = joined("a");
    List<Job> jobs = IntStream.range(0, 20).mapToObj(i -> TestServer.job("a")).toList();
    for (Job job : jobs) {
      transport.send(List.of(run(address("a"), job)));
    }
    List<UUID> ids = jobs.stream().map(Job::id).toList();
    await().atMost(SOON).until(() -> node.jobs().size() == ids.size());
    assertEquals(ids, node.jobs());
  }

  @Test
  void aLostConnectionIsToldOnceAndAfterAllThatItBrought() {
    Peer node = joined("a");
    Peer other = joined("b");
    NodeAddress lost = address("a");
    for (int i = 0; i < MANY; i++) {
      node.say("machine " + i);
    }
    node.close();
    await().atMost(SOON).until(() -> heard.contains(new Heard(lost, null)));
    other.say("later");
    await().atMost(SOON).until(() -> machines().contains("later"));

    List<Heard> ofLost = heard.stream().filter(one -> one.from() == lost).toList();
    assertEquals(ofLost.size() - 1, ofLost.indexOf(new Heard(lost, null)));
  }

  @Test
  void aNodeThatConnectsAgainHasAnotherAddress() {
    Peer node = joined("a");
    NodeAddress before = address("a");
    node.close();
    await().atMost(SOON).until(() -> heard.contains(new Heard(before, null)));
    joined("a");

    assertNotSame(before, address("a"));
    transport.send(List.of(run(before, TestServer.job("a"))));
    Job job = TestServer.job("a");
    transport.send(List.of(run(address("a"), job)));
    Peer again = peers.get(peers.size() - 1);
    await().atMost(SOON).until(() -> !again.jobs().isEmpty());
    assertEquals(List.of(job.id()), again.jobs(), "what was for the old connection is dropped");
  }

  @Test
  void theListenerIsCalledByOneThread() {
    joined("a").close();
    joined("b");
    joined("c");
    synchronized (tellers) {
      assertEquals(1, tellers.size());
    }
  }

  @Test
  void nothingIsTakenWhileThereIsNoMemoryAndAllOfItLater() {
    Peer node = joined("a");
    long all = memory.reserve(Integer.MAX_VALUE);
    assertTrue(all > 0);
    for (int i = 0; i < MANY; i++) {
      node.say("machine " + i);
    }
    await()
        .during(Duration.ofMillis(500))
        .atMost(SOON)
        .until(() -> heard.size() <= 2 && !memory.hasRoom());
    memory.release(all);
    await().atMost(SOON).until(() -> heard.size() == MANY + 1);
    assertEquals("machine " + (MANY - 1), heard.get(MANY).machine());
  }

  @Test
  void aNodeThatDoesNotReadHoldsUpNobody() {
    Peer stuck = add(connectWithoutReading("stuck", settings()));
    join(stuck, "stuck");
    Peer node = joined("a");
    for (int i = 0; i < TOO_MANY; i++) {
      transport.send(List.of(run(address("stuck"), TestServer.job("stuck"))));
    }
    transport.send(List.of(run(address("a"), TestServer.job("a"))));
    await().atMost(SOON).until(() -> node.jobs().size() == 1);
  }

  @Test
  void aConnectionThatIsEndedIsLost() {
    Peer node = joined("a");
    NodeAddress ended = address("a");
    ended.endSoon("it breaks a rule");
    await()
        .atMost(SOON)
        .until(
            () -> {
              // The end comes with the next that the node says.
              node.say("anew");
              return heard.contains(new Heard(ended, null));
            });
  }

  @Test
  void saysWhatANodeHasProvedAndWhereItIs() {
    joined("a");
    assertEquals(credential(), address("a").credential().getClass());
    assertEquals("127.0.0.1", address("a").host());
  }

  @Test
  void givesItsPortsBackWhenItIsClosed() throws IOException {
    transport.close();
    transport = open(settings(), context());
    joined("a");
    transport.close();
    transport = open(settings(), context());
  }

  private Settings settings() {
    try {
      return SettingsLoader.load(options, Map.of());
    } catch (InvalidSettingsException e) {
      throw new AssertionError(e);
    }
  }

  private TransportProvider.Context context() {
    started = false;
    return new TransportProvider.Context(
        "127.0.0.1",
        "a shared key",
        new NoPlainContents(),
        memory,
        new Refusals(Clock.systemUTC()),
        Clock.systemUTC(),
        threads);
  }

  protected final Peer joined(String identity) {
    Peer peer = add(connect(identity, settings()));
    join(peer, identity);
    return peer;
  }

  private Peer add(Peer peer) {
    peers.add(peer);
    return peer;
  }

  private void join(Peer peer, String identity) {
    if (!started) {
      started = true;
      transport.start(new Listener(), threads);
    }
    long before = heard.stream().filter(one -> identity.equals(one.machine())).count();
    peer.say(identity);
    await()
        .atMost(SOON)
        .until(() -> heard.stream().filter(one -> identity.equals(one.machine())).count() > before);
    ServerMessage welcome = new ServerMessage.Welcome("1.0", Duration.ofHours(1), 1, List.of());
    transport.send(List.of(new AddressedMessage(address(identity), new Envelope(welcome), false)));
  }

  /** Where the latest node is that said its machine is called as it is. */
  private NodeAddress address(String identity) {
    return heard.stream()
        .filter(one -> identity.equals(one.machine()))
        .reduce((first, second) -> second)
        .orElseThrow()
        .from();
  }

  private List<String> machines() {
    return heard.stream().map(Heard::machine).toList();
  }

  private static AddressedMessage run(NodeAddress to, Job job) {
    return new AddressedMessage(to, new Envelope(new ServerMessage.Run(job, List.of())), false);
  }

  private final class Listener implements TransportListener {
    @Override
    public void received(NodeAddress peer, NodeMessage message, long reserved) {
      note(peer, message instanceof Heartbeat beat ? beat.machineId() : message.toString());
      memory.release(reserved);
    }

    @Override
    public void undecodable(NodeAddress peer, UUID job, String why, long reserved) {
      throw new AssertionError(why);
    }

    @Override
    public void endOfBatch() {
      synchronized (tellers) {
        tellers.add(Thread.currentThread());
      }
    }

    @Override
    public void gone(NodeAddress peer) {
      note(peer, null);
    }

    private void note(NodeAddress peer, String machine) {
      endOfBatch();
      heard.add(new Heard(peer, machine));
    }
  }
}
