package io.directord.server.dispatch;

import io.directord.common.api.Explanation.NodeExplanation;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeView;
import io.directord.common.validation.ErrorCode;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Questions how a job stands on its nodes. What a node has been sent only the node knows, so it is
 * asked, for a limited time; the rest is known here, and the ends of jobs are in the store.
 */
final class Explanations {
  /** For the nodes' replies. */
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  /** Questions that wait for nodes at the same time. */
  private static final int MAX_OPEN = 20;

  /** Nodes that are asked for one question. */
  private static final int MAX_ASKED = 1000;

  private static final int MAX_TEXT = 500;

  private final JobBook book;
  private final NodeRegistry nodes;
  private final Rollouts rollouts;
  private final Map<Long, Open> open = new LinkedHashMap<>();
  private long lastNumber;

  /** A question that waits for nodes. */
  private static final class Open {
    private final Input.Explain request;
    private final JobSummary job;
    private final Moment until;
    private final Map<String, NodeExplanation> lines = new HashMap<>();
    private final Set<String> asked = new HashSet<>();

    Open(Input.Explain request, JobSummary job, Moment until) {
      this.request = request;
      this.job = job;
      this.until = until;
    }
  }

  Explanations(JobBook book, NodeRegistry nodes, Rollouts rollouts) {
    this.book = book;
    this.nodes = nodes;
    this.rollouts = rollouts;
  }

  void ask(Input.Explain request, Turn turn) {
    LiveJob job = book.find(request.id());
    Open question =
        new Open(
            request,
            job == null ? null : job.summaryForCallers(rollouts.progress(job)),
            turn.now().plus(TIMEOUT));
    if (job != null) {
      for (Assignment one : job.assignments()) {
        if (request.node() == null || request.node().equals(one.node())) {
          stands(one, question, turn);
        }
      }
    }
    if (question.asked.isEmpty()) {
      answer(question, turn);
    } else if (open.size() >= MAX_OPEN) {
      turn.refuse(
          request.to(),
          new RefusedException(
              RefusedException.Kind.FULL,
              ErrorCode.SERVER_BUSY,
              "too many ask nodes already: ask again in a moment"));
    } else {
      long number = ++lastNumber;
      open.put(number, question);
      for (String name : question.asked) {
        turn.say(nodes.find(name), new ServerMessage.Explain(request.id(), number));
      }
    }
  }

  private void stands(Assignment one, Open question, Turn turn) {
    if (one.isPublished()) {
      return;
    }
    Node node = nodes.find(one.node());
    Postponements.Postponed notBegun = book.whyNotBegun(one, turn.now());
    String text =
        notBegun == null
            ? Standing.of(one, node, book.queueOf(one.node()), nodes.expiry(), turn.now())
            : notBegun.why();
    question.lines.put(
        one.node(),
        new NodeExplanation(
            one.node(),
            one.unanswered("").state(),
            text,
            notBegun == null ? null : notBegun.place(),
            false));
    if (isAsked(one, node) && question.asked.size() < MAX_ASKED) {
      question.asked.add(one.node());
    }
  }

  private static boolean isAsked(Assignment one, Node node) {
    boolean isThere =
        switch (one.state()) {
          case SENT, RUNNING -> true;
          case WAITING, SUCCEEDED, SKIPPED, FAILED -> false;
        };
    return isThere
        && node != null
        && node.state() == NodeView.State.ACTIVE
        && node.can(Heartbeat.WHY);
  }

  /** A node has said how the job stands on it. */
  void explained(Node node, NodeMessage.Explained message, Turn turn) {
    Open question = open.get(message.number());
    if (question == null
        || !question.request.id().equals(message.jobId())
        || !question.asked.remove(node.identity())) {
      return;
    }
    String said = message.text().replaceAll("\\p{Cntrl}", "\uFFFD");
    String text = said.length() <= MAX_TEXT ? said : said.substring(0, MAX_TEXT - 1) + "…";
    NodeExplanation before = question.lines.get(node.identity());
    question.lines.put(node.identity(), before.with(text, true));
    if (question.asked.isEmpty()) {
      open.remove(message.number());
      answer(question, turn);
    }
  }

  /** Answers what has waited long enough. */
  void expire(Turn turn) {
    for (Iterator<Open> all = open.values().iterator(); all.hasNext(); ) {
      Open question = all.next();
      if (!turn.now().isBefore(question.until)) {
        all.remove();
        for (String name : question.asked) {
          NodeExplanation known = question.lines.get(name);
          String text = known.text() + "; asked itself, it has not answered in time";
          question.lines.put(name, known.with(text, false));
        }
        answer(question, turn);
      }
    }
  }

  private static void answer(Open question, Turn turn) {
    Input.Explain request = question.request;
    turn.effect(
        new Effect.Ask<>(
            new Queries.Explain(request.id(), request.node(), question.job, question.lines),
            request.to()));
  }
}
