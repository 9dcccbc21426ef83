package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.access.Caller;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Of 16 connections, a user may have four, and all users that are not root 14. */
class ConnectionLimitTest {
  private static final Caller ROOT = new Caller("root", true);

  private final List<Connection> opened = new ArrayList<>();
  private final ShareWarnings warnings = new ShareWarnings(() -> 0);
  private final ConnectionLimit limit =
      new ConnectionLimit(new DefaultChannelGroup(GlobalEventExecutor.INSTANCE), 16, warnings);

  @AfterEach
  void close() {
    opened.forEach(EmbeddedChannel::finishAndReleaseAll);
  }

  @Test
  void aUserWhoseConnectionsAreAllBusyLocksOutNobodyElse() {
    busy(user("alice"), 4);
    Connection fifth = open(user("alice"));
    assertFalse(fifth.admitted);
    String why =
        "user alice has 4 connections, and no user may have more of the 16: end some of them, or"
            + " try again in a moment";
    assertTrue(fifth.said().startsWith("HTTP/1.1 503 "), fifth.said);
    assertTrue(
        fifth.said.endsWith(
            "\"detail\":\"nothing was submitted, since " + why + "\",\"code\":\"server-busy\"}"));
    assertEquals(List.of("user alice was refused once: " + why), warnings.all());
    assertTrue(open(user("bob")).admitted);
  }

  @Test
  void aUsersNewConnectionTakesThePlaceOfAnIdleOneOfThatUser() {
    Connection rootsIdle = open(ROOT);
    Connection bobsIdle = open(user("bob"));
    Connection idle = open(user("alice"));
    busy(user("alice"), 3);
    assertTrue(open(user("alice")).admitted);
    assertTrue(idle.makesRoom);
    assertFalse(rootsIdle.makesRoom || bobsIdle.makesRoom);
    assertEquals(List.of(), warnings.all());
  }

  @Test
  void usersTogetherLeaveAReserveToRoot() {
    Connection rootsIdle = open(ROOT);
    for (String user : List.of("a", "b", "c")) {
      busy(user(user), 4);
    }
    busy(user("d"), 2);
    Connection refused = open(user("e"));
    assertFalse(refused.admitted);
    assertFalse(rootsIdle.makesRoom);
    assertTrue(
        refused
            .said()
            .contains(
                "since 14 of 16 connections are in use, 4 of them by user a, and the rest is kept"
                    + " for root and the server's own user: try again when some have ended"),
        refused.said);
    busy(ROOT, 1);
    assertTrue(open(ROOT).admitted, "in place of the idle one of root");
    assertTrue(rootsIdle.makesRoom);
  }

  @Test
  void rootMayHaveAllOfThem() {
    busy(ROOT, 16);
    Connection refused = open(ROOT);
    assertFalse(refused.admitted);
    assertTrue(
        refused
            .said()
            .contains("since all 16 connections are in use, 16 of them by user root: try again"),
        refused.said);
  }

  @Test
  void aConnectionThatEndsWhileAnotherIsAdmittedHarmsNobody() {
    DefaultChannelGroup oneHasJustLeft =
        new DefaultChannelGroup(GlobalEventExecutor.INSTANCE) {
          @Override
          public int size() {
            return super.size() + 1;
          }
        };
    Connection connection = new Connection();
    opened.add(connection);
    Callers.accepted(connection, ROOT);
    assertTrue(new ConnectionLimit(oneHasJustLeft, 16, warnings).admit(connection));
  }

  private static Caller user(String name) {
    return new Caller(name, false);
  }

  private Connection open(Caller caller) {
    Connection connection = new Connection();
    opened.add(connection);
    Callers.accepted(connection, caller);
    connection.admitted = limit.admit(connection);
    return connection;
  }

  private void busy(Caller caller, int count) {
    for (int i = 0; i < count; i++) {
      Connection connection = open(caller);
      assertTrue(connection.admitted);
      ConnectionLimit.busy(connection);
    }
  }

  /** A group tells its channels apart by their ids, which embedded ones have in common. */
  private static final class Connection extends EmbeddedChannel implements DuplexChannel {
    private boolean admitted;
    private boolean makesRoom;
    private String said;

    Connection() {
      super(DefaultChannelId.newInstance());
      pipeline()
          .addLast(
              new ChannelInboundHandlerAdapter() {
                @Override
                public void userEventTriggered(ChannelHandlerContext context, Object event) {
                  makesRoom |= event == ConnectionSignal.MAKE_ROOM;
                }
              });
    }

    String said() {
      ByteBuf bytes = readOutbound();
      said = bytes.toString(StandardCharsets.UTF_8);
      bytes.release();
      return said;
    }

    @Override
    public boolean isInputShutdown() {
      return false;
    }

    @Override
    public ChannelFuture shutdownInput() {
      return newSucceededFuture();
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
      return promise.setSuccess();
    }

    @Override
    public boolean isOutputShutdown() {
      return false;
    }

    @Override
    public ChannelFuture shutdownOutput() {
      return newSucceededFuture();
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
      return promise.setSuccess();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public ChannelFuture shutdown() {
      return newSucceededFuture();
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
      return promise.setSuccess();
    }
  }
}
