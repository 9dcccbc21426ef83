package io.directord.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.target.Expression;
import io.directord.common.target.Target;
import io.directord.common.target.TargetGroups;
import io.directord.common.wire.JournalState;
import io.directord.server.node.TargetResolver.Selection;
import io.directord.server.store.StoredNode;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TargetResolverTest {
  private static final Moment BEGIN = new Moment(Duration.ZERO, Instant.EPOCH);
  private static final Duration EXPIRY = Duration.ofSeconds(180);

  @Test
  void everyNodeLeavesOutThoseThatHaveExpiredUnlessTheyAreNamedToo() {
    TargetResolver resolver = resolver("web-2", "web-1");

    assertEquals(List.of("web-1", "web-2"), resolve(resolver).identities());

    NodeRegistry half = registry("a", "b");
    half.find("a").expire();
    Selection every = resolve(TargetResolver.of(half));
    assertEquals(List.of("b"), every.identities());
    assertEquals(List.of("a"), every.leftOut().stream().map(Node::identity).toList());

    Selection both =
        TargetResolver.of(half).resolve(List.of(new Target.OneNode("a"), new Target.EveryNode()));
    assertEquals(List.of("a", "b"), both.identities());
    assertEquals(List.of(), both.leftOut());
  }

  @Test
  void namedNodesAreFoundOnceInTheirOrderAndOthersAreLeftAside() {
    assertEquals(
        List.of("web-2", "web-1"),
        resolve(resolver("web-1", "web-2"), "web-2", "nope", "web-1", "web-2").identities());
  }

  @Test
  void whatStandsForNoNodeIsToldWithTheNearestName() {
    TargetResolver resolver = resolver("web-1", "db-1");

    assertEquals(Optional.empty(), resolver.error(new Target.OneNode("web-1")));
    assertEquals(Optional.empty(), resolver.error(new Target.EveryNode()));
    assertEquals(
        Optional.of(
            new TargetError(1, "unknown node web-9 (did you mean web-1?); there are: db-1, web-1")),
        resolver.error(new Target.OneNode("web-9")));
  }

  @Test
  void whereThereIsNoNodeItSaysWhatToDo() {
    TargetResolver none = resolver();
    String start = "no node has enrolled yet: start `directord client` on one";

    assertEquals(Optional.of(new TargetError(0, start)), none.error(new Target.EveryNode()));
    assertEquals(
        Optional.of(new TargetError(1, "unknown node a: " + start)),
        none.error(new Target.OneNode("a")));
    assertEquals(Optional.of(new TargetError(1, start)), none.error(Target.of("web-*")));

    NodeRegistry gone = registry("a");
    gone.find("a").expire();
    assertEquals(
        Optional.of(
            new TargetError(0, "all nodes have expired: see `directord manage --list-nodes`")),
        TargetResolver.of(gone).error(new Target.EveryNode()));
    assertEquals(Optional.empty(), TargetResolver.of(gone).error(new Target.OneNode("a")));
  }

  @Test
  void anExpressionStandsForNodesByNameWithoutThoseThatHaveExpired() {
    NodeRegistry nodes = registry("web-2", "web-1", "web-3", "db-1");
    nodes.find("web-2").expire();
    TargetResolver resolver = TargetResolver.of(nodes);

    Selection selection = resolve(resolver, "db-1", "web-* and not web-3");

    assertEquals(List.of("db-1", "web-1"), selection.identities());
    assertEquals(List.of("web-2"), selection.leftOut().stream().map(Node::identity).toList());
    assertEquals(
        List.of("web-2"),
        resolve(resolver, "~^(web|mail)-2$").leftOut().stream().map(Node::identity).toList());
    assertEquals(
        error(1, "all nodes that it matches have expired: web-2"),
        resolver.error(Target.of("@state=expired")));
  }

  @Test
  void theLimitNarrowsWhatIsLeftOutToo() {
    NodeRegistry nodes = registry("a-1", "a-2", "b-1", "b-2");
    nodes.find("a-1").expire();
    nodes.find("b-1").expire();
    TargetResolver resolver = TargetResolver.of(nodes);

    Selection within = resolver.limited(resolve(resolver), Target.of(List.of("a-*", "b-2")));

    assertEquals(List.of("a-2", "b-2"), within.identities());
    assertEquals(List.of("a-1"), within.leftOut().stream().map(Node::identity).toList());
  }

  @Test
  void aPartOfAnExpressionThatStandsForNothingIsToldAtItsColumn() {
    TargetResolver resolver = resolver("web-1", "db-1");

    assertEquals(
        error(15, "unknown node web-9 (did you mean web-1?); there are: db-1, web-1"),
        resolver.error(Target.of("web-* and not web-9")));
    assertEquals(
        error(10, "no node is named like wbe-* (did you mean web-*?); there are: db-1, web-1"),
        resolver.error(Target.of("db-* and wbe-*")));
    assertEquals(
        error(1, "no node has a name with ~^x; there are: db-1, web-1"),
        resolver.error(Target.of("~^x")));
    assertEquals(
        error(11, "no node has the label or fact roel; there are: state, version"),
        resolver.error(Target.of("web-* and @roel=web")));
    assertEquals(
        error(1, "no node has state=awya (did you mean away?); values of state are away"),
        resolver.error(Target.of("@state=awya")));
    assertEquals(
        error(1, "unknown group web; the server's configuration has no groups"),
        resolver.error(Target.of("%web")));
    assertEquals(
        error(1, "no node matches all of it, though one matches each part"),
        resolver.error(Target.of("web-1 and db-1")));
    assertEquals(Optional.empty(), resolver.error(Target.of("web-* or mail-*")));
  }

  /** So it can be written down before any node has it, and holds for those that come with it. */
  @Test
  void aWordThatDirectordGivesNodesItselfIsKnownBeforeAnyNodeHasIt() {
    NodeRegistry nodes = registry("web-1", "web-2");
    TargetResolver none = TargetResolver.of(nodes);
    for (String all :
        List.of(
            "not @join_token",
            "@join_token!=0badc0de",
            "not (@join_token or web-9*)",
            "web-* and not @join_token",
            "not @run_as",
            "not @os=debian",
            "not @addresses=10.*")) {
      assertEquals(Optional.empty(), none.error(Target.of(all)), all);
      assertEquals(List.of("web-1", "web-2"), resolve(none, all).identities(), all);
    }
    assertEquals(
        error(1, "no node has join_token"),
        TargetResolver.of(nodes).error(Target.of("@join_token")));
    assertEquals(Optional.empty(), none.error(Target.of("@join_token or web-1")));

    nodes.find("web-2").label(Map.of("join_token", "0badc0de"));
    TargetResolver one = TargetResolver.of(nodes);
    assertEquals(List.of("web-1"), resolve(one, "not @join_token").identities());
    assertEquals(List.of("web-2"), resolve(one, "@join_token").identities());

    nodes.find("web-1").label(Map.of("join_token", "00c0ffee"));
    assertEquals(
        error(1, "it leaves no node: all that are enrolled match what it excludes"),
        TargetResolver.of(nodes).error(Target.of("not @join_token")));
  }

  /** Else those that are to be left alone would be taken. */
  @Test
  void aLabelThatIsUnknownIsAnErrorBehindNotTooAndSaysWhatToDo() {
    NodeRegistry nodes = registry("web-1", "web-2");
    nodes.find("web-1").label(Map.of("drained", "true"));
    TargetResolver resolver = TargetResolver.of(nodes);
    String there = "; there are: drained, state, version";
    String todo = "; before anything is excluded by a new label, give it to all nodes once: ";

    for (String wrong :
        List.of("not @draned=true", "not not not @draned", "web-* and not @draned")) {
      assertEquals(
          error(
              wrong.indexOf('@') + 1,
              "no node has the label or fact draned (did you mean drained?)"
                  + there
                  + todo
                  + "'directord manage --label '*' draned=no'"),
          resolver.error(Target.of(wrong)));
    }
    assertEquals(
        error(
            1,
            "no node has the label or fact maintenance"
                + there
                + todo
                + "'directord manage --label '*' maintenance=no'"),
        resolver.error(Target.of("@maintenance!=yes")));
    for (String wrong : List.of("@draned=true", "not not @draned", "not @draned!=true")) {
      assertEquals(
          error(
              wrong.indexOf('@') + 1,
              "no node has the label or fact draned (did you mean drained?)" + there),
          resolver.error(Target.of(wrong)));
    }
    assertEquals(
        "no node has the label or fact join_tokens (did you mean join_token?)" + there + todo,
        resolver
            .error(Target.of("not @join_tokens"))
            .orElseThrow()
            .message()
            .replaceFirst("'directord.*", ""));
    assertEquals(List.of("web-2"), resolve(resolver, "not @drained=true").identities());
  }

  @Test
  void groupsMayNameGroups() {
    TargetGroups groups =
        new TargetGroups(
            Map.of(
                "web", Target.of(List.of("web-*", "db-1")),
                "some", Target.of(List.of("%web and not web-2")),
                "gone", Target.of(List.of("web-9"))));
    TargetResolver resolver =
        new TargetResolver(registry("web-1", "web-2", "db-1"), groups, EarlierResults.NONE);

    assertEquals(List.of("db-1", "web-1"), resolve(resolver, "%some").identities());
    assertEquals(
        error(
            5,
            "group gone: unknown node web-9 (did you mean web-1?);"
                + " there are: db-1, web-1, web-2"),
        resolver.error(Target.of("not %gone")));
    assertEquals(
        error(1, "unknown group wbe (did you mean web?); there are: gone, some, web"),
        resolver.error(Target.of("%wbe")));
  }

  @Test
  void nodesOfEarlierJobsAreFoundByHowTheseEnded() {
    EarlierResults earlier =
        new EarlierResults(
            Map.of(
                "last",
                new EarlierResults.Nodes(
                    "job 3acf5f9e",
                    Map.of(
                        Expression.Ending.FAILED, Set.of("web-1", "forgotten"),
                        Expression.Ending.OK, Set.of("web-2"))),
                "none",
                new EarlierResults.Unknown("there is no job none")));
    TargetResolver resolver =
        new TargetResolver(registry("web-1", "web-2"), TargetGroups.NONE, earlier);

    assertEquals(List.of("web-1"), resolve(resolver, "%failed:last").identities());
    assertEquals(List.of("forgotten"), resolve(resolver, "%failed:last").forgotten());
    assertEquals(List.of(), resolve(resolver, "%failed:last and web-*").forgotten());
    assertEquals(List.of(), resolve(resolver, "web-* and not %failed:last").forgotten());
    assertEquals(
        error(1, "no enrolled node failed in job 3acf5f9e; forgotten since then: forgotten, web-1"),
        new TargetResolver(registry("web-3"), TargetGroups.NONE, earlier)
            .error(Target.of("%failed:last")));
    assertEquals(List.of("web-2"), resolve(resolver, "%ok:last").identities());
    assertEquals(
        error(1, "no enrolled node was lost in job 3acf5f9e"),
        resolver.error(Target.of("%lost:last")));
    assertEquals(
        error(10, "there is no job none"), resolver.error(Target.of("web-* or %failed:none")));
  }

  /** Names of this form cannot be given to new nodes. */
  @Test
  void aTextThatIsTheNameOfANodeIsThatNode() {
    TargetResolver resolver = resolver("web[1", "web-*", "web-1");

    assertEquals(List.of("web[1", "web-*"), resolve(resolver, "web[1", "web-*").identities());
    assertEquals(Optional.empty(), resolver.error(Target.of("web[1")));
    assertEquals(error(4, "the ] of this [ is missing"), resolver.error(Target.of("web[2")));
  }

  @Test
  void everyNodeIsAskedOnceForEachExpression() {
    String[] names = IntStream.range(0, 1000).mapToObj(i -> "web-" + i).toArray(String[]::new);
    NodeRegistry nodes = registry(names);
    TargetResolver resolver = TargetResolver.of(nodes);
    Target target = Target.of("web-* and not (web-[1:5] or ~9$)");

    for (int i = 0; i < 100; i++) {
      assertEquals(Optional.empty(), resolver.error(target));
      assertEquals(895, resolver.resolve(List.of(target)).nodes().size());
    }

    assertEquals(3000, resolver.tests());
  }

  @Test
  void moreExpressionsThanThereIsTimeForAreRefused() {
    String[] names = IntStream.range(0, 2000).mapToObj(i -> "web-" + i).toArray(String[]::new);
    TargetResolver resolver = resolver(names);
    String many = "* or ".repeat(780) + "*";
    Optional<TargetError> error = Optional.empty();
    for (int i = 0; i < 20 && error.isEmpty(); i++) {
      error = resolver.error(Target.of(many + " ".repeat(i)));
    }
    assertEquals(
        error(
            1,
            "too many expressions at once for 2000 nodes: write fewer, such as a pattern instead"
                + " of many"),
        error);
  }

  private static Optional<TargetError> error(int column, String message) {
    return Optional.of(new TargetError(column, message));
  }

  private static Selection resolve(TargetResolver resolver, String... names) {
    return resolver.resolve(Target.of(List.of(names)));
  }

  private static TargetResolver resolver(String... identities) {
    return TargetResolver.of(registry(identities));
  }

  private static NodeRegistry registry(String... identities) {
    List<StoredNode> known =
        Arrays.stream(identities)
            .map(
                name ->
                    new StoredNode(
                        name,
                        "key-" + name,
                        "",
                        "1.0",
                        "zeromq",
                        Instant.EPOCH,
                        JournalState.UNKNOWN))
            .toList();
    return new NodeRegistry(EXPIRY, known, new JoinTokens(), BEGIN);
  }
}
